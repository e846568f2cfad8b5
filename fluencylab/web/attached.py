"""Files that are taken along: a text as Markdown, a Word document; as an answer that a browser saves and never keeps."""

from fastapi import Response

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def markdown(name: str, text: str) -> Response:
    return _attached(f"{name}.md", "text/markdown; charset=utf-8", text.encode("utf-8", "replace"))


def word(name: str, content: bytes) -> Response:
    return _attached(f"{name}.docx", DOCX, content)


def _attached(name: str, kind: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
