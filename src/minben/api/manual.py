"""The manual of the API: OpenAPI for machines, and a page for people without foreign scripts."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.api.door import api

_METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    return JsonResponse(_schema(), json_dumps_params={"ensure_ascii": False})


@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """Each door: what it is for, what it takes, what it answers."""
    schema = _schema()
    doors = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "tag": (operation.get("tags") or [""])[0],
            "parameters": operation.get("parameters", []),
            "takes": _written(operation.get("requestBody")),
            "answers": sorted(operation.get("responses", {})),
        }
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    ]
    return render(request, "api/manual.html", {"doors": doors, "description": schema["info"]})


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/")))
    return schema


def _written(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2) if body else ""
