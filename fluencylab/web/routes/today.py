"""Today: one thing to do now, the week, the plan."""

from fastapi import APIRouter

router = APIRouter()
