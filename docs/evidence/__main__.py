"""Play the cases again and write what they say: ``python -m docs.evidence``, which ``make evidence`` runs."""

from docs.evidence import CASES, write
from negosim.engine.processes import default_workers
from negosim.experiments.hindcast.hindcast import hindcast

if __name__ == "__main__":
    for path in write(hindcast(CASES, calibrate=True, workers=default_workers(), progress=print)):
        print(path)
