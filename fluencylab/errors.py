"""What can go wrong, said once: a sentence of what happened and one of what to do next.

    LabError                 anything we can explain to the person in front of the page
    ├── ModelMissing         no model file
    │   └── UnknownModel     the model named does not exist
    ├── ModelUnavailable     the engine or endpoint does not answer
    │   └── AnswerCutOff     it was in the middle of its answer; what had come is not the answer
    ├── PartMissing          an optional package that this act needs is not installed
    ├── ModelRefused         it answered, and said no (too long, bad key, unknown parameter)
    │   └── CallRefused      it said no to this one call (its content, its length); the next may be answered
    ├── ContentError         a content file is wrong; names the file and the field
    ├── BadInput             what the learner typed or uploaded cannot be used
    ├── LabBroken            an installed lab failed in its own code; names the lab and its wheel
    └── NotFound             no such page, run, mission or concept

`cli/main.py` and one handler in `web/app.py` show them; nobody else catches to print.
"""

import errno


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


class UnknownModel(ModelMissing):
    status = 404


class ModelUnavailable(LabError):
    status = 503


class AnswerCutOff(ModelUnavailable):
    pass


class PartMissing(LabError):
    """A package that this act needs, and the lab does without otherwise."""

    status = 503


class ModelRefused(LabError):
    status = 422


class CallRefused(ModelRefused):
    """`state`: "refused", or "filtered" where the endpoint named its content filter."""

    def __init__(self, message: str, fix: str = "", state: str = "refused") -> None:
        super().__init__(message, fix)
        self.state = state


class ContentError(LabError):
    status = 500


class BadInput(LabError):
    status = 422


class LabBroken(LabError):
    status = 500


class NotFound(LabError):
    status = 404


def disk_error(error: OSError, fix: str = "Check who owns it, or set FLUENCY_DATA to a folder that is yours.") -> LabError:
    """What a disk or a folder refused, in words. `fix` is for what cannot be written or read; a full disk has its own."""
    where = f" {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LabError(f"The disk is full:{where or ' a file'} could not be written.", "Free some space on it, then try again.")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return LabError(f"The file{where} cannot be used: {error.strerror}.", fix)
    return LabError(f"The file{where} cannot be used: {error.strerror or error}.", "Check the disk it lies on, then try again.")
