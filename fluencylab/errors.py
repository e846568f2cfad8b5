"""What can go wrong, said once: a sentence of what happened and one of what to do next.

    LabError                 anything we can explain to the person in front of the page
    ├── ModelMissing         no model file, or the model named does not exist
    ├── ModelUnavailable     the engine or endpoint does not answer
    ├── ModelRefused         it answered, and said no (too long, bad key, unknown parameter)
    ├── ContentError         a content file is wrong; names the file and the field
    ├── BadInput             what the learner typed or uploaded cannot be used
    ├── LabBroken            an installed lab failed in its own code; names the lab and its wheel
    └── NotFound             no such page, run, mission or concept

`cli/main.py` and one handler in `web/app.py` show them; nobody else catches to print.
"""


class LabError(Exception):
    """`message`: what happened. `fix`: the next step. Both are whole sentences for a person."""

    status = 500

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class ModelMissing(LabError):
    status = 503


class ModelUnavailable(LabError):
    status = 503


class ModelRefused(LabError):
    status = 422


class ContentError(LabError):
    status = 500


class BadInput(LabError):
    status = 422


class LabBroken(LabError):
    status = 500


class NotFound(LabError):
    status = 404
