"""Texts of three sets that were written before the rules were read: what stood for a response and passed, and responses
that did not.
"""

from __future__ import annotations

from reviewer.core.no_response_kinds import NoResponseKind

PASSED = {
    NoResponseKind.ERROR_TEXT: [
        "API call failed: 503 Service Unavailable",
        "错误：请求超时，请稍后重试",
        "エラーが発生しました。しばらくしてからもう一度お試しください。",
        "요청 처리 중 오류가 발생했습니다.",
        "خطأ: انتهت مهلة الاتصال بالخادم",
        '{"detail":"Not authenticated"}',
        (
            "Unhandled exception. System.Net.Http.HttpRequestException: Response status code "
            "does not indicate success: 429 (Too Many Requests).\n   at System.Net.Http.HttpRe"
            "sponseMessage.EnsureSuccessStatusCode()"
        ),
        "model not found",
        (
            "grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:"
            " status = StatusCode.UNAVAILABLE>"
        ),
        "API request failed after 3 retries: 500",
        "Completion failed: HTTP error 503",
        "Inference failed: status 500",
        "<urlopen error [Errno 111] Connection refused>",
        "Ein Fehler ist aufgetreten. Bitte versuchen Sie es später erneut.",
        "Se agotó el tiempo de espera",
        "请求失败，请重试",
        "出错了：服务器内部错误",
        "サーバーエラー：時間をおいて再度お試しください",
        "네트워크 오류: 다시 시도해 주세요",
        "응답 생성 중 오류가 발생했습니다. 잠시 후 다시 시도해 주세요.",
        "حدث خطأ أثناء معالجة طلبك. يرجى المحاولة مرة أخرى لاحقًا.",
        "Произошла ошибка при обработке запроса",
        "Wystąpił błąd serwera. Spróbuj ponownie.",
        "Sunucu hatası",
        "Đã xảy ra lỗi. Vui lòng thử lại.",
        "Terjadi kesalahan. Silakan coba lagi.",
        "Ett fel uppstod. Försök igen senare.",
        "Nastala chyba serveru",
        "त्रुटि हुई। कृपया पुनः प्रयास करें।",
        "Error in `dplyr::mutate()`:\n! object 'x' not found",
        ("GuzzleHttp\\Exception\\ServerException: Server error: `POST https://api.x.ai` resulted in a `503`"),
        "OpenAIException{statusCode=429, message='Rate limit'}",
        "ollama: command not found",
        "LLM call failed.",
        "LLM error: no response after 3 attempts",
        "Could not get a response from the model.",
        "model_output_missing",
        "received empty message",
        "No completion was returned (finish_reason=length).",
        "Retry limit exceeded",
        "Max retries (5) exceeded",
        "Giving up after 10 retries",
        "Worker died unexpectedly",
        "OOMKilled",
        "SIGKILL",
        "StopIteration",
        "Http status 429",
        "code=503 reason=overloaded",
        "errno 110",
        "Keine Antwort vom Server erhalten.",
        "Pas de réponse du serveur",
        "Hubo un error al procesar su solicitud",
        "El servicio no está disponible en este momento",
        "Ocorreu um erro ao processar sua solicitação.",
        "Serwer nie odpowiada",
        "Не удалось получить ответ от модели",
        "生成回复时出错，请重试",
        "内容审核未通过",
        "该内容已被过滤",
        "現在サーバーが混み合っています。",
        "回答を生成できませんでした。",
        "서버가 응답하지 않습니다.",
        "답변을 생성하는 데 실패했습니다.",
        "فشل الاتصال بالخادم",
        "لم يتم استلام أي رد",
        "שגיאה: השרת אינו זמין",
        "सर्वर त्रुटि",
        "Máy chủ không phản hồi",
        "Server sedang sibuk, silakan coba lagi",
        "เกิดข้อผิดพลาด กรุณาลองใหม่",
        '{"exception":"java.lang.OutOfMemoryError"}',
        "[content warning: removed]",
        "Content policy violation",
        "Guardrail triggered",
    ],
    NoResponseKind.ERROR_PAGE: [
        (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body'
            "><soap:Fault><faultcode>soap:Server</faultcode><faultstring>Internal Error</faul"
            "tstring></soap:Fault></soap:Body></soap:Envelope>"
        ),
        (
            "<?xml version='1.0'?><ErrorResponse xmlns='http://x'><Error><Type>Sender</Type><"
            "Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
        ),
        ("<html><head><title>Web Filter Violation</title></head><body>Access to this site is blocked</body></html>"),
        "<html><body><b>Http/1.1 Service Unavailable</b></body></html>",
        "<Fault xmlns='http://schemas.microsoft.com'><Code>x</Code></Fault>",
    ],
    NoResponseKind.PUNCTUATION: [
        "!" * 400,
        "?" * 250,
        "。" * 300,
    ],
    NoResponseKind.MISSING: [
        '{"choices":[{"message":{"role":"assistant","content":"',
        "not available",
        '{"output": {"text":',
        '{"message": {"role": "assistant", "content": ',
        "not applicable",
        "NOT AVAILABLE",
    ],
    NoResponseKind.MARKER: [
        "skipped",
        "xai_sdk.errors: DEADLINE_EXCEEDED",
        "[typing]",
        "[censored]",
        "Skipped",
        "Err",
        "skipped.",
    ],
    NoResponseKind.SPECIAL: [
        "</answer>",
    ],
    NoResponseKind.REPETITION: [
        "🙂" * 200,
        "😂" * 120,
    ],
    NoResponseKind.INVISIBLE: [
        "\\u0000\\u0000\\u0000",
    ],
    NoResponseKind.MARKUP: [
        "### Instruction:",
        "Q:",
    ],
    NoResponseKind.WAITING: [
        "Please stand by",
        "One moment please...",
        "回答を生成しています…",
        "잠시만 기다려 주세요...",
        "جارٍ التحميل...",
        "Réflexion en cours…",
    ],
}
HELD = [
    (
        "Error: a deviation from accuracy or correctness. In statistics, the difference b"
        "etween a measured and a true value."
    ),
    "Error 404 is a joke among programmers: 'I went looking for my keys, error 404.'",
    ".... . .-.. .-.. ---",
    "You've reached your limit when your muscles shake; rest for two minutes.",
    "∅",
    "--- .-. .- -",
    "The message was removed because it broke rule 3; you can appeal in the form.",
    "$PATH",
    "Сервер — это компьютер в сети.",
    "· — ·",
    "≤",
]
