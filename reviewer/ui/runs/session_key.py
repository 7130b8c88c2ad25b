"""A key that is typed for this session only: it is in memory until the window is locked or the workspace closed."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.endpoints.keys import check_key, is_key_known, keep_for_session
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.passphrase import passphrase_field, taken_from


class SessionKeyFields:
    """A tick that the key is typed, and the field for it. `replaced` are the fields that the tick stands in for."""

    def __init__(self, replaced: QWidget) -> None:
        self.wanted = QCheckBox("I type the key, for th&is session only")
        self.key = passphrase_field("Key")
        self._replaced = replaced
        self._endpoint: Endpoint | None = None

    def add_to(self, form: FieldForm) -> None:
        hint = "Kept in memory until you lock the window, open another workspace or quit; stored nowhere."
        form.add("Key: typed", self.wanted, hint=hint)
        form.add("Type&d key", self.key, check=self._check)
        self.wanted.toggled.connect(lambda _on: self.show(form, over_http=True))

    def fill(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.wanted.setChecked(endpoint.takes_typed_key)
        if self._is_known():
            self.key.setPlaceholderText("known until you lock or quit; type to replace it")

    def show(self, form: FieldForm, *, over_http: bool) -> None:
        """Only what is to be filled in."""
        form.set_shown(self.wanted, over_http)
        form.set_shown(self.key, over_http and self.wanted.isChecked())
        form.set_shown(self._replaced, over_http and not self.wanted.isChecked())

    def keep(self, endpoint: Endpoint) -> None:
        """What was typed, for this endpoint; the field is empty afterwards."""
        typed = taken_from(self.key).strip()
        if typed and endpoint.takes_typed_key:
            keep_for_session(endpoint, typed)

    def _is_known(self) -> bool:
        return self._endpoint is not None and self._endpoint.takes_typed_key and is_key_known(self._endpoint)

    def _check(self) -> None:
        typed = self.key.text().strip()
        if not typed and not self._is_known():
            raise InputError("The key is missing.", "Type or paste it.")
        check_key(typed)
