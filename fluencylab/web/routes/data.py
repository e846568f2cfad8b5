"""Your data: take it along, bring it back, delete it."""

from fastapi import APIRouter

router = APIRouter()
