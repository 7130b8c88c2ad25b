"""Which model version a run is of: one that exists, or a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from reviewer.app.written_out import check_version_names
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.endpoints.registry import PROTOCOLS
from reviewer.ui.kit.fields import FieldForm, connect_edits, number, required, whole_number
from reviewer.ui.kit.page import row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.connection import ConnectionCheck, models_of
from reviewer.ui.runs.endpoint import edit_endpoint
from reviewer.ui.runs.table import one_line

LARGEST_SEED, MOST_TOKENS = 2**63 - 1, 10_000_000
_DEFAULT = "the server's default"


@dataclass(frozen=True)
class Known:
    """The model versions and endpoints that can be sent to, and the names of all endpoints."""

    versions: Sequence[ModelVersion] = ()
    endpoints: Sequence[Endpoint] = ()
    taken: frozenset[str] = frozenset()

    @staticmethod
    def of(versions: Sequence[ModelVersion], endpoints: Sequence[Endpoint]) -> Known:
        return Known(
            [version for version in versions if version.endpoint.protocol in PROTOCOLS],
            [endpoint for endpoint in endpoints if endpoint.protocol in PROTOCOLS],
            frozenset(endpoint.name for endpoint in endpoints),
        )


class SamplingFields:
    """Temperature, top-p, tokens and seed, each left to the server where it is empty."""

    def __init__(self) -> None:
        self.temperature, self.top_p, self.max_tokens, self.seed = (_optional() for _ in range(4))

    @property
    def controls(self) -> tuple[QLineEdit, ...]:
        return (self.temperature, self.top_p, self.max_tokens, self.seed)

    def add_to(self, form: FieldForm) -> None:
        form.add("Temper&ature", self.temperature, check=self._temperature)
        form.add("Top &p", self.top_p, check=self._top_p)
        form.add("Ma&x tokens", self.max_tokens, check=self._max_tokens)
        form.add("See&d", self.seed, check=self._seed)

    def fill(self, sampling: Sampling) -> None:
        values = (sampling.temperature, sampling.top_p, sampling.max_tokens, sampling.seed)
        for control, value in zip(self.controls, values, strict=True):
            control.setText("" if value is None else str(value))

    def sampling(self) -> Sampling:
        """What the fields say. Raises InputError."""
        return Sampling(self._temperature(), self._top_p(), self._max_tokens(), self._seed())

    def _temperature(self) -> float | None:
        return number(self.temperature.text(), "The temperature", low=0, high=2)

    def _top_p(self) -> float | None:
        return number(self.top_p.text(), "Top p", low=0, high=1)

    def _max_tokens(self) -> int | None:
        return whole_number(self.max_tokens.text(), "The most tokens", low=1, high=MOST_TOKENS)

    def _seed(self) -> int | None:
        return whole_number(self.seed.text(), "The seed", low=-LARGEST_SEED, high=LARGEST_SEED)


class VersionFields(QObject):
    """The fields of a model version within a form.

    `edited` comes with every change; `endpoint_saved` with an endpoint that was stored from here. A judge has no
    system prompt and no name of its own: those fields are left out.
    """

    edited = Signal()
    endpoint_saved = Signal(object)

    def __init__(self, session: Session, form: FieldForm, parent: QWidget, *, judge: bool = False) -> None:
        super().__init__(parent)
        self._session = session
        self._judge = judge
        self._window = parent
        self._known = Known()
        self._asking: ConnectionCheck[list[str]] | None = None
        self._make_controls()
        self.form = form
        self._add_fields()
        self.version_choice.currentIndexChanged.connect(lambda _index: self._show_choice())
        self.endpoint_choice.currentIndexChanged.connect(lambda _index: self._show_endpoint())
        connect_edits(
            (
                self.version_choice,
                self.endpoint_choice,
                self.model,
                self.name,
                self.system,
                *self.sampling.controls,
            ),
            self.edited.emit,
        )

    def _make_controls(self) -> None:
        self.version_choice, self.endpoint_choice, self.model = QComboBox(), QComboBox(), QComboBox()
        for combo in (self.version_choice, self.endpoint_choice, self.model):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(14)
        self.model.setEditable(True)
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.new_endpoint = _button("Ne&w…", "New endpoint", self._new_endpoint)
        self.change_endpoint = _button("Chan&ge…", "Change the endpoint", self._change_endpoint)
        self.fetch = _button("&Fetch models", "List the models that the endpoint offers", self._fetch_or_stop)
        self.name = QLineEdit()
        self.name.setPlaceholderText("the model id")
        self.system = QPlainTextEdit()
        self.system.setTabChangesFocus(True)
        self.system.setFixedHeight(4 * self.system.fontMetrics().height() + GRID)
        self.sampling = SamplingFields()

    def _add_fields(self) -> None:
        add = self.form.add
        if not self._judge:
            add("Model &version", self.version_choice)
        beside = _together(self.endpoint_choice, self.new_endpoint, self.change_endpoint)
        add("&Endpoint", self.endpoint_choice, check=self.endpoint, beside=beside)
        add("&Model id", self.model, check=self._model, beside=_together(self.model, self.fetch))
        if not self._judge:
            add("&Name of the version", self.name, check=self._free_name)
            add("S&ystem prompt", self.system)
        self.sampling.add_to(self.form)

    # choices

    def show_known(self, known: Known, *, version: str = "", endpoint: str = "") -> None:
        """Offer what there is; choose the version of that hash, or a new one at the endpoint of that name."""
        self._known = known
        chosen_version = version or (self._existing.hash if self._existing else "")
        chosen_endpoint = endpoint or self.endpoint_choice.currentData()
        for combo in (self.version_choice, self.endpoint_choice):
            combo.blockSignals(True)
            combo.clear()
        self.version_choice.addItem("New model version", "")
        for each in known.versions:
            self.version_choice.addItem(one_line(f"{each.name} · {each.model} · {each.endpoint.name}"), each.hash)
        for place in known.endpoints:
            self.endpoint_choice.addItem(one_line(place.name), place.name)
        self.version_choice.setCurrentIndex(max(self.version_choice.findData(chosen_version), 0))
        self.endpoint_choice.setCurrentIndex(max(self.endpoint_choice.findData(chosen_endpoint), 0))
        self.endpoint_choice.setPlaceholderText("none yet: make one")
        for combo in (self.version_choice, self.endpoint_choice):
            combo.blockSignals(False)
        self._show_choice()
        self.edited.emit()

    @property
    def _existing(self) -> ModelVersion | None:
        index = self.version_choice.currentIndex() - 1
        return self._known.versions[index] if 0 <= index < len(self._known.versions) else None

    def _show_choice(self) -> None:
        """An existing version is frozen: its fields show it and cannot be edited."""
        existing = self._existing
        self.endpoint_choice.setEnabled(existing is None)
        self.new_endpoint.setVisible(existing is None)
        self.fetch.setVisible(existing is None)
        self.form.set_shown(self.name, existing is None)
        for control in (self.model, *self.sampling.controls):
            control.setEnabled(existing is None)
        self.system.setReadOnly(existing is not None)
        if existing is not None:
            self._show_version(existing)
        self._show_endpoint()

    def _show_version(self, version: ModelVersion) -> None:
        self.endpoint_choice.setCurrentIndex(self.endpoint_choice.findData(version.endpoint.name))
        self.system.setPlainText(version.system)
        self.show_sampling(version.model, version.sampling)

    def show_sampling(self, model: str, sampling: Sampling) -> None:
        """Fill in the model id and the sampling."""
        self.model.setCurrentText(model)
        self.sampling.fill(sampling)

    def _show_endpoint(self) -> None:
        there = bool(self._known.endpoints)
        self.change_endpoint.setEnabled(there)
        self.fetch.setEnabled(there)
        self.stop()

    def _new_endpoint(self) -> None:
        edit_endpoint(self._session, self._window, self.endpoint_saved.emit, taken=self._known.taken)

    def _change_endpoint(self) -> None:
        edit_endpoint(self._session, self._window, self.endpoint_saved.emit, endpoint=self.endpoint())

    # models

    def _fetch_or_stop(self) -> None:
        if self._asking is not None:
            self.stop()
            return
        endpoint = self.endpoint()
        self.fetch.setText("Stop &fetching")
        self.form.show_problem(self.model, "")
        self._asking = ConnectionCheck(
            self._session.tasks, lambda: models_of(endpoint), self._on_models, self._on_models_failed
        )

    def stop(self) -> None:
        """End what was asked of the endpoint."""
        if self._asking is not None:
            self._asking.stop()
            self._asking = None
        self.fetch.setText("&Fetch models")

    def _on_models(self, models: list[str]) -> None:
        self._asking = None
        self.stop()
        written = self.model.currentText()
        self.model.clear()
        self.model.addItems(models)
        self.model.setCurrentText(written or (models[0] if models else ""))
        if not models:
            self.form.show_problem(self.model, "The endpoint lists no models. Enter the id yourself.")
        elif len(models) > 1:
            self.model.showPopup()
        self.model.setFocus()

    def _on_models_failed(self, error: Exception) -> None:
        self._asking = None
        self.stop()
        self.form.show_problem(self.model, error_words(error))

    # what is in the fields

    def endpoint(self) -> Endpoint:
        """The chosen endpoint. Raises InputError where there is none."""
        index = self.endpoint_choice.currentIndex()
        if not 0 <= index < len(self._known.endpoints):
            raise InputError("There is no endpoint yet.", "Make one with New….")
        return self._known.endpoints[index]

    def model_id(self) -> str:
        """The model id, empty where none is entered."""
        return self.model.currentText().strip()

    def _model(self) -> str:
        return required(self.model.currentText(), "The model id")

    def _name(self) -> str:
        return self.name.text().strip() or self._model()

    def version(self) -> ModelVersion:
        """What a run would be of. Raises InputError."""
        if (existing := self._existing) is not None:
            return replace(existing, endpoint=self.endpoint())
        system = self.system.toPlainText().strip()
        version = ModelVersion(self._name(), self.endpoint(), self._model(), system, self.sampling.sampling())
        check_version_names(version)
        return version

    def _free_name(self) -> None:
        try:
            version = self.version()
        except InputError:
            return  # said beside the field that it is about
        if any(each.name == version.name and each.hash != version.hash for each in self._known.versions):
            raise InputError(f"Another model version is named {version.name!r}.", "Give this one a name of its own.")


def _optional() -> QLineEdit:
    edit = QLineEdit()
    edit.setPlaceholderText(_DEFAULT)
    return edit


def _button(words: str, name: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(words)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: act())
    return button


def _together(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout: QHBoxLayout = row(*widgets)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setStretch(0, 1)
    holder.setLayout(layout)
    return holder
