"""A package to pytest, so that what its tests share can end with them (scope="package")."""
