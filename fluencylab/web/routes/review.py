"""Review: what is due again, always as a new variant."""

from fastapi import APIRouter

router = APIRouter()
