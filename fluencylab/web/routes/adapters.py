"""A learner's own adapters: one can be removed."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from fluencylab.models import adapters

router = APIRouter()


@router.post("/adapters/{sha256}/remove", tags=["pages"])
async def remove(sha256: str) -> RedirectResponse:
    """Delete one adapter of the data folder; what was measured with it stays."""
    await asyncio.to_thread(adapters.remove, sha256)
    return RedirectResponse("/labs/finetuning?parts=ask#lab-form", 303)
