"""Values of lists that administrators edit (D10)."""

from __future__ import annotations

from typing import Any

from service.boundary.catalogue import Catalogue
from service.core.errors import Path
from service.core.fields.spec import FieldSpec, FieldType
from service.operations.faults import Faults


def codes(value: Any) -> list[str]:
    """Codes of a list, each once, in their order."""
    return list(dict.fromkeys(getattr(code, "value", code) for code in value))


def checked(
    spec: FieldSpec, value: Any, faults: Faults, catalogue: Catalogue, *, path: Path, present: Any = None
) -> Any:
    """The code, or the codes, that can be chosen. What the record has already may stay, although it is retired."""
    if spec.type is FieldType.CHOICE:
        code = getattr(value, "value", value)
        return code if code == present else faults.tried(path, catalogue.check, spec, code)
    kept: set[str] = set(present or ())
    found = [
        c if c in kept else faults.tried((*path, str(n)), catalogue.check, spec, c) for n, c in enumerate(codes(value))
    ]
    return [code for code in found if code is not None]
