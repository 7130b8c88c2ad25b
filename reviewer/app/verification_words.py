"""What a verification found, as sentences."""

from __future__ import annotations

from reviewer.app.verifying import Verification


def verification_sentences(found: Verification, file: str) -> tuple[str, ...]:
    """The answer first; then what does not fit, or what cannot be checked and who signed."""
    if found.wrong:
        return (f"{file} is not as it was made, or its figures do not follow from the data inside.", *found.wrong)
    fits = f"{file} is as it was made, and its figures follow from the data inside."
    return (fits, *found.unchecked, *found.deleted, about_key(found))


def about_key(found: Verification) -> str:
    if not found.signed_by:
        return "It is not signed: whoever made it could have made another one."
    if found.key_was_given:
        return f"It is signed with the key that you gave ({found.signed_by})."
    return f"It is signed with the key {found.signed_by}; ask its owner whether that is theirs."
