"""What people call the columns of a table of requests, responses and ratings; the first name of a field that is there
counts. Data only: `columns` guesses with it."""

from __future__ import annotations

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "key": (
        *("key", "case_key", "case_id", "id", "case", "uid", "prompt_id", "question_id", "sample_id", "example_id"),
        *("item_id", "task_id", "instance_id", "编号"),
    ),
    "prompt": (
        *("prompt", "question", "request", "text", "user_prompt", "input", "instruction", "query"),
        *("prompt_text", "inputs", "user_input", "user_message", "input_text", "goal", "behavior", "behaviour"),
        *(
            "问题",
            "提示",
            "提示词",
            "質問",
            "プロンプト",
            "질문",
            "프롬프트",
            "frage",
            "pregunta",
            "pergunta",
            "вопрос",
        ),
    ),
    "messages": ("messages", "conversation", "conversations", "turns", "dialog", "dialogue", "chat"),
    "system": ("system", "system_prompt", "system_message"),
    "label": ("label", "labelled_action", "action", "expected_action", "expected", "right_action", "标签"),
    "band": ("band", "tolerance_band", "also_acceptable"),
    "borderline": ("borderline",),
    "category": ("category", "type", "topic", "domain", "类别"),
    "tags": ("tags", "tag"),
    "pair": ("pair", "pair_key", "contrast_pair"),
    "segment": ("segment",),
    "source": ("source",),
    "licence": ("licence", "license"),
    "rationale": ("rationale", "reason", "explanation"),
    "stakes": ("stakes",),
    "status": ("status",),
    "response": (
        *("response", "completion", "model_response", "model_output", "model_answer", "output", "answer", "reply"),
        *("generation", "outputs", "generated_text", "assistant", "response_text", "llm_output", "bot_response"),
        *("回答", "答案", "回复", "응답", "답변", "antwort", "réponse", "respuesta", "resposta", "ответ"),
    ),
    "model": ("model", "model_name", "model_id", "llm", "模型"),
    "repeat": ("repeat", "epoch", "repetition", "sample_index", "trial"),
    "state": ("state", "response_state"),
    "error": ("error", "error_message"),
    "finish_reason": ("finish_reason", "stop_reason"),
    "reasoning": ("reasoning", "thinking", "reasoning_content", "thought"),
    "reviewer": ("reviewer", "annotator", "rater", "annotator_id", "rater_id", "reviewer_id", "labeler", "labeller"),
    "rating": (
        *("human_label", "human_action", "human_rating", "human_annotation", "final_label", "reviewer_action"),
        *("human_judgement", "human_judgment", "annotation", "rating", "human_score", "verdict"),
    ),
}
"""{field: names}, each folded."""

OF_CASES = tuple(list(SYNONYMS)[: list(SYNONYMS).index("response")])
OF_RESPONSES = tuple(list(SYNONYMS)[list(SYNONYMS).index("response") :])
REPEATABLE = frozenset({"response", "rating", "turn", "kept"})
"""Fields that several columns may hold: `--map COL=FIELD` more than once, `FIELD:NAME` names the run or the person."""

RESPONSE_WORDS = frozenset(
    {"response", "completion", "output", "answer", "reply", "generation", "responses", "completions"}
    | {"antwort", "antworten", "réponse", "réponses", "respuesta", "respuestas", "resposta", "respostas", "risposta"}
    | {"antwoord", "svar", "odpowiedź", "ответ", "回答", "回复", "答案", "応答", "응답", "답변"}
)
NO_RESPONSE_WORDS = frozenset(
    [
        "time",
        "id",
        "ids",
        "length",
        "len",
        "tokens",
        "token",
        "label",
        "labels",
        "hash",
        "date",
        "at",
        "score",
        "scores",
        "rating",
        "type",
        "state",
        "status",
        "count",
        "ms",
        "seconds",
        "latency",
        "error",
        "errors",
        "language",
        "lang",
        "category",
        "expected",
        "correct",
        "reference",
        "best",
        "gold",
        "golden",
        "ground",
        "truth",
        "target",
        "ideal",
        "chosen",
        "rejected",
        "key",
        "format",
        "class",
        "model",
        "name",
        "index",
        "number",
        "num",
        "has",
        "is",
        "reasoning",
        "judge",
        "judgement",
        "judgment",
        "reason",
        "cost",
        *("source", "sources", "sha", "sha1", "sha256", "md5", "digest", "uuid", "severity", "level", "version"),
        *("url", "path", "file", "author", "by", "provider", "rank", "winner", "preference", "preferred", "safe"),
        *(
            "bewertung",
            "länge",
            "dauer",
            "zeit",
            "note",
            "typ",
            "richtig",
            "richtige",
            "erwartet",
            "erwartete",
            "korrekt",
        ),
        *("longueur", "durée", "attendue", "correcte", "longitud", "duración", "esperada", "correcta", "nota", "评分"),
        *("длина", "оценка", "правильный", "ожидаемый"),
    ]
)
INDEX_NAMES = frozenset({"", "unnamed:_0", "index", "__index_level_0__", "#", "row", "row_number", "no.", "nr"})

KNOWN_NAMES = frozenset(name for names in SYNONYMS.values() for name in names)
