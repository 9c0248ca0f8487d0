"""`python -m kg` is `kg`."""

from __future__ import annotations

from kg.main import main

if __name__ == "__main__":
    main()
