"""The rules of the negosim model, a file an idea: pure functions of arrays with a leading trial axis."""
