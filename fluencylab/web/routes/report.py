"""The progress report and the certificate."""

from fastapi import APIRouter

router = APIRouter()
