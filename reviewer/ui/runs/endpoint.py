"""An endpoint: where requests go, how hard it may be pressed, where the key is found. No key is stored."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.written_out import (
    check_address,
    check_entry,
    check_header,
    check_name,
    check_proxy,
    check_variable,
    check_written_out,
)
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.models import SESSION_KEY, Endpoint, Network
from reviewer.endpoints.addresses import cut_path
from reviewer.endpoints.registry import PROTOCOLS, check_template
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.writes.runs import save_endpoint
from reviewer.ui.kit.fields import FieldForm, number, required, scrolled, whole_number
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.session_key import SessionKeyFields

MOST_AT_ONCE, MOST_ATTEMPTS, LONGEST_TIMEOUT_S = 1000, 20, 3600
DEFAULTS = Endpoint("", "openai-chat")

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


class NetworkFields:
    """How the endpoint is reached, as fields of its form."""

    def __init__(self) -> None:
        self.proxy, self.ca_file, self.client_cert, self.client_key = (QLineEdit() for _ in range(4))
        self.proxy.setPlaceholderText("http://127.0.0.1:3128")
        self.verify = QCheckBox("Check the server's certificate")
        self.stream = QCheckBox("Stream responses")

    @property
    def controls(self) -> tuple[QWidget, ...]:
        return (self.proxy, self.ca_file, self.client_cert, self.client_key, self.verify, self.stream)

    def add_to(self, form: FieldForm) -> None:
        form.add("Pro&xy", self.proxy, check=self._proxy, hint="Empty: requests go straight to the address.")
        for caption, field, hint in (
            ("&Certificate authority", self.ca_file, "PEM, beside the system's."),
            ("Client certificate", self.client_cert, "A PEM file."),
            ("Client key", self.client_key, "If it is a separate file."),
        ):
            form.add(caption, field, check=partial(_pem_file, field), hint=hint)
        form.add("TLS", self.verify)
        form.add("Streaming", self.stream, hint="For servers that only stream.")

    def fill(self, network: Network) -> None:
        self.proxy.setText(network.proxy)
        self.ca_file.setText(network.ca_file)
        self.client_cert.setText(network.client_cert)
        self.client_key.setText(network.client_key)
        self.verify.setChecked(network.verify_tls)
        self.stream.setChecked(network.stream)

    def network(self) -> Network:
        """What the fields say. Raises InputError."""
        ca_file, client_cert, client_key = map(_pem_file, (self.ca_file, self.client_cert, self.client_key))
        checked = self.verify.isChecked(), self.stream.isChecked()
        return Network(self._proxy(), ca_file, client_cert, client_key, *checked)

    def _proxy(self) -> str:
        given = self.proxy.text().strip()
        if not given:
            return ""
        check_proxy(given)
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("This is no http or https address.", "Give something like http://127.0.0.1:3128.")
        return given


def _pem_file(field: QLineEdit) -> str:
    """The file named in the field, or nothing. Raises InputError where there is none."""
    given = field.text().strip()
    if given and not Path(given).expanduser().is_file():
        raise InputError("There is no such file.", "Give the path of a PEM file, or leave it empty.")
    return str(Path(given).expanduser().absolute()) if given else ""


class EndpointDialog(QDialog):
    """A new endpoint, or one that exists: then what its runs are of (protocol and address) stays as it is."""

    saved = Signal(object)

    def __init__(
        self, session: Session, parent: QWidget, *, endpoint: Endpoint | None = None, taken: Collection[str] = ()
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change the endpoint" if endpoint else "New endpoint")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._existing = endpoint
        self._taken = frozenset(taken)
        self._make_controls()
        self.form = FieldForm()
        self._add_fields()
        self.status = plain_label()
        self._storing = HeldInDialog(session, self, self.status.setText)
        self.status.setAccessibleName("Status")
        self._lay_out()
        self._fill(endpoint or DEFAULTS)
        self.protocol.currentIndexChanged.connect(lambda _index: self._show_protocol())

    def _make_controls(self) -> None:
        self.name = QLineEdit()
        self.protocol = QComboBox()
        for name, entry in PROTOCOLS.items():
            self.protocol.addItem(f"{name}: {entry.description}", name)
        self.base_url = QLineEdit()
        self.base_url.setPlaceholderText("http://127.0.0.1:8080/v1")
        self.file = QLineEdit()
        self.template = QPlainTextEdit()
        self.template.setTabChangesFocus(True)
        self.template.setFixedHeight(8 * self.template.fontMetrics().height() + GRID)
        self.key_env = QLineEdit()
        self.key_env.setPlaceholderText("OPENAI_API_KEY")
        self.key_service = QLineEdit()
        self.session_key = SessionKeyFields(self.key_service)
        self.headers = QPlainTextEdit()
        self.headers.setTabChangesFocus(True)
        self.headers.setFixedHeight(3 * self.headers.fontMetrics().height() + GRID)
        self.timeout, self.concurrency, self.attempts = QLineEdit(), QLineEdit(), QLineEdit()
        self.network = NetworkFields()

    def _add_fields(self) -> None:
        add = self.form.add
        choose = QPushButton("Choose…")
        choose.setAccessibleName("Choose the file of responses")
        choose.clicked.connect(lambda _checked=False: self._choose_file())
        file_row = QWidget()
        file_layout = row(self.file, choose)
        file_layout.setContentsMargins(0, 0, 0, 0)
        file_row.setLayout(file_layout)
        add("&Name", self.name, check=self._name)
        add("&Protocol", self.protocol)
        add("&Base URL", self.base_url, check=self._address, hint="Used as given; most servers want it to end in /v1.")
        add("Response &file", self.file, check=self._file, beside=file_row)
        add("Temp&late", self.template, check=self._template, hint="TOML; an example: reviewer endpoint template")
        add("&Key: environment variable", self.key_env, check=self._variable, hint=_KEY_HINT)
        add("Key: ke&yring entry", self.key_service, check=self._service, hint="Made with: keyring set ENTRY reviewer")
        self.session_key.add_to(self.form)
        add("&Headers", self.headers, check=self._headers, hint="One a line, Name: value; $NAME reads a variable.")
        add("&Timeout, seconds", self.timeout, check=self._timeout)
        add("At &once", self.concurrency, check=self._concurrency)
        add("&Attempts", self.attempts, check=self._attempts)
        self.network.add_to(self.form)

    def _lay_out(self) -> None:
        cancel, self.save_button = QPushButton("Cancel"), QPushButton("Save")
        self.save_button.clicked.connect(lambda _checked=False: self._save())
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(scrolled(self.form), 1)
        layout.addWidget(self.status)
        layout.addLayout(row(None, cancel, self.save_button))
        self.save_button.setDefault(True)
        self.resize(76 * GRID, 76 * GRID)

    def _fill(self, endpoint: Endpoint) -> None:
        self.name.setText(endpoint.name)
        self.protocol.setCurrentIndex(max(self.protocol.findData(endpoint.protocol), 0))
        self.base_url.setText(endpoint.base_url)
        self.file.setText(endpoint.responses_file)
        self.template.setPlainText(endpoint.template)
        self.key_env.setText(endpoint.key_env)
        self.key_service.setText("" if endpoint.takes_typed_key else endpoint.key_service)
        self.session_key.fill(endpoint)
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in endpoint.headers.items()))
        self.timeout.setText(f"{endpoint.timeout_s:g}")
        self.concurrency.setText(str(endpoint.concurrency))
        self.attempts.setText(str(endpoint.max_attempts))
        self.network.fill(endpoint.network)
        if self._existing is not None:
            for control in (self.name, self.protocol, self.base_url, self.file, self.template):
                control.setEnabled(False)
            self.name.setCursorPosition(0)
            self.status.setText("Runs keep this protocol and address. For another address, make a new endpoint.")
        self._show_protocol()

    def _show_protocol(self) -> None:
        replays = PROTOCOLS[self.protocol.currentData()].replays
        self.form.set_shown(self.file, replays)
        self.form.set_shown(self.template, PROTOCOLS[self.protocol.currentData()].takes_template)
        over_http: tuple[QWidget, ...] = (
            *(self.base_url, self.key_env, self.headers, self.timeout, self.attempts),
            *self.network.controls,
        )
        for control in over_http:
            self.form.set_shown(control, not replays)
        self.session_key.show(self.form, over_http=not replays)

    def _choose_file(self) -> None:
        dialog = QFileDialog(
            self, "A file of recorded responses", self.file.text(), "Response lines (*.jsonl);;All (*)"
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.file.setText)
        show_over(dialog)

    # what is in the fields

    def _name(self) -> str:
        name = required(self.name.text(), "The name")
        check_name("The name", name)
        if name in self._taken:
            raise InputError(f"An endpoint named {name!r} exists.", "Choose that one, or give this one another name.")
        return name

    def _address(self) -> str:
        address = required(self.base_url.text(), "The base URL")
        try:
            parts = urlsplit(address)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise InputError("This is no http or https address.", "Give something like http://127.0.0.1:8080/v1.")
        check_address("The address", address)
        cut_path(parts.path, self.protocol.currentData())
        return address

    def _variable(self) -> str:
        name = self.key_env.text().strip()
        check_variable("This", name)
        if name and name not in os.environ and not self._service():
            self.status.setText(f"The variable {name} is not set now; it must be when a run is sent.")
        return name

    def _service(self) -> str:
        if self.session_key.wanted.isChecked():
            return SESSION_KEY
        service = self.key_service.text().strip()
        check_entry("This", service)
        return service

    def _file(self) -> str:
        return str(Path(required(self.file.text(), "The file")).expanduser().absolute())

    def _headers(self) -> dict[str, str]:
        return parsed_headers(self.headers.toPlainText())

    def _timeout(self) -> float:
        value = number(self.timeout.text(), "The timeout", low=0.1, high=LONGEST_TIMEOUT_S)
        return DEFAULTS.timeout_s if value is None else value

    def _concurrency(self) -> int:
        return whole_number(self.concurrency.text(), "At once", low=1, high=MOST_AT_ONCE) or DEFAULTS.concurrency

    def _attempts(self) -> int:
        return whole_number(self.attempts.text(), "Attempts", low=1, high=MOST_ATTEMPTS) or DEFAULTS.max_attempts

    def _template(self) -> str:
        given = self.template.toPlainText()
        check_template(given)
        check_written_out(Endpoint("template", "http-template", template=given))
        return given

    def endpoint(self) -> Endpoint:
        """What the fields say. Raises InputError."""
        name = self._existing.name if self._existing else self._name()
        protocol = self.protocol.currentData()
        endpoint = Endpoint(name, protocol, concurrency=self._concurrency())
        if PROTOCOLS[protocol].replays:
            return replace(endpoint, responses_file=self._file())
        return replace(
            endpoint,
            base_url=self._address(),
            key_env=self._variable(),
            key_service=self._service(),
            headers=self._headers(),
            timeout_s=self._timeout(),
            max_attempts=self._attempts(),
            network=self.network.network(),
            template=self._template() if PROTOCOLS[protocol].takes_template else "",
        )

    def _save(self) -> None:
        if not self.form.is_sound():
            return
        endpoint = self.endpoint()

        def work(workspace: Workspace) -> tuple[Endpoint, Changes]:
            _, changes = save_endpoint(workspace, endpoint=endpoint, at=now())
            return endpoint, changes

        self.save_button.setEnabled(False)
        self._storing.write("The endpoint", work, self._on_saved, self._on_failed)

    def _on_saved(self, endpoint: Endpoint) -> None:
        if self._storing.is_gone:
            self._session.notice.emit(f"The endpoint {endpoint.name} was stored before it could be given up.")
            return
        self.session_key.keep(endpoint)
        self.saved.emit(endpoint)
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        if self._storing.is_gone:
            self._session.tasks.failed.emit(error)
            return
        self.save_button.setEnabled(True)
        self.status.setText(error_words(error))


_KEY_HINT = "The variable's name, never the key itself."


def parsed_headers(text: str) -> dict[str, str]:
    """`Name: value` lines. Raises InputError for what is no header, and for a key written out."""
    headers: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not _HEADER.match(name):
            raise InputError("A line is no header.", "Write Name: value, one on a line.")
        if not value.isascii() or not value.isprintable():
            raise InputError(f"The value of {name} holds characters that no header can carry.")
        check_header(name, value)
        headers[name] = value
    return headers


def edit_endpoint(
    session: Session,
    parent: QWidget,
    saved: Callable[[Endpoint], object],
    *,
    endpoint: Endpoint | None = None,
    taken: Collection[str] = (),
) -> EndpointDialog:
    """Ask for an endpoint and store it; `saved` is called with it."""
    dialog = EndpointDialog(session, parent, endpoint=endpoint, taken=taken)
    dialog.saved.connect(saved)
    show_over(dialog)
    return dialog
