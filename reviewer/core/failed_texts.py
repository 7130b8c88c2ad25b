"""How a job, a harness or a page says in a few words that it got nothing: as a whole text, in many languages.

A sentence about such a failure goes on, gives a reason or speaks to somebody; then it is a response.
"""

from __future__ import annotations

import re

_SHORT = 160

_SAID = r"(?:responses?|completions?|messages?|outputs?|answers?|generations?|repl(?:y|ies)|content|results?)"
_ENGLISH = (
    rf"(?:llm|api|model|inference|http|chat|agent) (?:call|request|query|invocation)s? (?:has |have )?(?:failed"
    rf"|errored)"
    rf"|(?:llm|api|model) error: no {_SAID}(?: after \d{{1,3}} (?:attempts|retries|tries))?"
    rf"|(?:could not|couldn't|cannot|can't|unable to|failed to) (?:get|obtain|fetch|retrieve|receive|generate"
    rf"|produce)"
    rf" (?:(?:an?|any|the) )?(?:valid )?{_SAID} (?:from|via|through|by) (?:the )?(?:model|api|server|llm|endpoint"
    rf"|provider)"
    rf"|no {_SAID} (?:was|were) (?:returned|received|generated|produced)(?: \([^()\n]{{1,60}}\))?"
    rf"|(?:received|got) (?:an? )?(?:empty|no|blank) {_SAID}"
    rf"|(?:max(?:imum)? )?(?:retr(?:y|ies)|attempts?)(?: limit| count)?(?: \(\d{{1,3}}\))? (?:exceeded|exhausted"
    rf"|reached)"
    rf"|max(?:imum)? retries(?: \(\d{{1,3}}\))? (?:exceeded|exhausted|reached)"
    rf"(?:[,;:.\u2013\u2014-]{{1,2}} ?(?:giving up|gave up|skipp(?:ing|ed)|abort(?:ing|ed)|dropp(?:ing"
    rf"|ed))[^\n]{{0,60}})?"
    rf"|(?:giving|gave) up after \d{{1,3}} (?:retries|attempts|tries)"
    rf"|(?:worker|process|task|job|kernel|runner|container)(?: \d{{1,6}})? (?:died|crashed|was killed"
    rf"|exited)(?: unexpectedly)?"
    rf"|(?-i:std::bad_alloc|OOMKilled|SIG(?:KILL|TERM|SEGV|ABRT|INT|BUS|FPE)|OOM)"
    rf"|(?:http )?status(?: code)?[ :=]{{1,3}}[45]\d\d"
    rf"|code=[45]\d\d(?: \w{{1,20}}=[\w-]{{1,40}}){{0,4}}|errno:? ?\d{{1,3}}"
    rf"|(?:read|write|connect) (?-i:ECONNRESET|EPIPE|ETIMEDOUT|ECONNREFUSED)"
    rf"|(?-i:StopIteration|StopAsyncIteration|KeyboardInterrupt|SystemExit|GeneratorExit|BrokenPipe|NotImplemented)"
    rf"|model_output_missing|\w{{2,20}}: command not found"
    rf"|[A-Z]\w{{2,40}}(?:Exception|Error)\{{[^{{}}\n]{{1,120}}\}}"
    rf"|(?:content )?policy violation(?: detected)?|guard-?rails? (?:triggered|intervened|violated|hit)"
    rf"|\[?content warning: (?:removed|hidden)\]?"
    rf"|(?:execution|run|agent|chain|node|workflow|pipeline|task|job|step|generation|inference) (?:failed|stopped"
    rf"|errored"
    rf"|crashed|aborted)(?: ?[:\u2013\u2014-] ?[^\n]{{1,100}}| (?:with|after|due to|because of|at"
    rf"|in) [^\n]{{1,80}})"
    rf"|(?:content exists risk|(?:output|input) data may contain inappropriate content)"
)
# what only programs reach, and what they work on
_FAR = (
    r"(?:server|servidor|serveur|сервер|host|api\b|internet|datenbank|base de d|banco de d|database|modell?"
    r"|proxy|port\b"
    r"|zielcomputer|zielrechner|equipo|computer|máquina|machine|ordinateur|компьютер|ssl|tls|remot|refus|deneg"
    r"|verweiger"
    r"|rechaz|recus|rifiut|отверг)"
)
_ASKED = (
    r"(?:solicitud|petici|respuesta|mensaje|datos|página|servidor|modelo|contenido|imagen|chat|conversaci"
    r"|requisi|solicita"
    r"|pedido|resposta|mensagem|dados|conteúdo|imagem|conversa)"
)
_WEST = (
    # German, Dutch
    r"keine (?:antwort|rückmeldung|daten) (?:vom|von) (?:dem |der )?(?:server|modell|api"
    r"|schnittstelle)(?: erhalten)?"
    r"|geen (?:antwoord|reactie) van (?:de )?(?:server|het model)(?: ontvangen)?"
    rf"|(?:es konnte keine verbindung (?:mit|zu|her|auf)|no se (?:puede|pudo) establecer (?:una|la) conexión"
    rf"|impossibile stabilire la connessione|nenhuma conexão pôde ser feita|aucune connexion n['’]a pu être établie"
    rf"|подключение не установлено)(?:\s*|(?=[^\n]{{0,110}}{_FAR})[^\n]{{0,110}})"
    # French
    r"|(?:pas de|aucune) réponse (?:du|de la|de l['’]) ?(?:serveur|modèle|api)(?: reçue)?"
    # Spanish, Portuguese, Italian
    r"|(?:hubo|se produjo|ha habido) un (?:error|problema) al (?:procesar|generar|obtener|cargar"
    rf"|enviar) (?=[^\n.;]{{0,60}}{_ASKED})[^\n.;]{{1,60}}"
    r"|(?:el|la) (?:servicio|servidor|modelo|solicitud|conexión) no (?:está"
    r"|se encuentra) disponible(?: en este momento)?"
    r"|no se (?:pudo|puede|ha podido) (?:conectar|contactar|acceder) (?:con|al?) (?:el |la )?(?:servidor|modelo|api"
    r"|servicio|host|proxy|punto final|base de datos)"
    r"(?: (?:remoto|proxy|local|principal|\S*[.:\d]\S*|en este momento|ahora(?: mismo)?|de (?:inferencia"
    r"|la api))){0,3}"
    r"|sin respuesta del (?:servidor|modelo)"
    rf"|houve um (?:erro|problema) ao (?=[^\n.;]{{0,60}}{_ASKED})[^\n.;]{{1,60}}"
    r"|(?:nessuna risposta|nessun dato) dal (?:server|modello)"
    # Polish, Czech, Turkish
    r"|(?:serwer|usługa|model) (?:nie odpowiada|jest (?:niedostępn\w+|przeciążon\w+))|brak odpowiedzi z serwera"
    r"|(?:usługa|serwis) (?:jest )?(?:chwilowo|tymczasowo) niedostępn\w+(?: \(\d{3}\))?"
    r"|server neodpovídá|(?:sunucu|model) (?:yanıt vermiyor|meşgul)|sunucuya bağlanılamadı"
    # Russian, Ukrainian
    r"|не удалось (?:(?:получить|сгенерировать|загрузить) (?:ответ|данные|страницу|сообщение|чат|модель)"
    r"|подключиться"
    r"|сгенерировать|обработать запрос)(?: (?:(?:от|к|с|со|из) (?:(?:api|удал[её]нн\w+) )?(?:сервер\w*"
    r"|модел\w*|api|баз\w+ данных"
    r"|хост\w*|сервис\w*|\S*[.:]\S*)|из-за (?:ошибк\w+|тайм-?аут\w*)[^\n.;,]{0,30})){0,2}"
    r"|(?:сервер|сервис|модель) (?:не отвечает|перегружен\w?|недоступ\w+)"
    r"|не вдалося отримати відповідь[^\n.;,]{0,40}"
    # Vietnamese, Indonesian
    r"|máy chủ (?:không phản hồi|đang bận|quá tải)|server (?:sedang )?(?:sibuk|tidak merespons|kelebihan beban)"
    # Arabic, Hebrew, Hindi
    r"|(?:فشل|تعذر) (?:الاتصال|الوصول|تحميل|معالجة|إنشاء|الحصول)(?:\s*(?=[.:!؛،]|\Z)"
    r"|(?=[^\n.;،]{0,40}(?:الخادم|خادم"
    r"|الطلب|النموذج|الرد\b|رد\b|الاستجابة|استجابة|الشبكة|البيانات|الخدمة|الصفحة|الإنترنت))[^\n.;،]{0,40})"
    r"|لم يتم (?:استلام|تلقي|إنشاء|توليد) (?:أي )?(?:رد|استجابة)|الخادم (?:لا يستجيب|مشغول|غير متاح)"
    r"|(?:सर्वर|नेटवर्क|कनेक्शन) (?:त्रुटि|व्यस्त है)|सर्वर (?:से )?(?:कोई )?(?:प्रतिक्रिया|उत्तर) नहीं(?: मिल\w*)?"
)
_WEST_TAIL = (
    r"(?:[.,!;:،।]?\s(?:bitte|veuillez|por favor|per favore|tente|intente|spróbuj|zkuste|lütfen|попробуйте"
    r"|повторите"
    r"|пожалуйста|vui|silakan|coba|يرجى|الرجاء|حاول|कृपया)[^\n]{0,60})?"
)
_EAST = (
    # Chinese
    r"(?:抱歉|很抱歉|对不起)?[，,]?(?:生成|获取|处理|加载)(?:回复|回答|响应|内容|请求"
    r"|结果)?(?:的?时候?)?(?:出错|失败|发生错误)了?"
    r"|(?:该|此|本)?(?:内容|回复|回答|输出|输入)(?:安全)?(?:审核)(?:未|不)通过|(?:该|此|本)(?:内容|回复"
    r"|回答)(?:已)?被?(?:系统)?(?:过滤|屏蔽|拦截)"
    r"|系统检测到(?:您的)?(?:输入|输出|内容)[^\n]{0,60}(?:不安全|敏感|违规)[^\n]{0,60}"
    r"|(?:服务器?|系统|服务|伺服器|系統|服務)(?:暂时|当前|暫時|目前)?(?:不可用|无响应|没有响应|繁忙|忙碌|忙线|忙線)"
    r"|由于目标计算机积极拒绝，?无法连接"
    r"|対象のコンピューターによって拒否されたため、?接続できませんでした"
    r"|대상 컴퓨터에서 연결을 거부했으므로 연결하지 못했습니다"
    # Japanese
    r"|(?:現在、?)?(?:サーバーが|アクセスが|ただいま)(?:大変)?混み合って(?:います|おります)"
    r"|(?:回答|応答|返答|返信)(?:を|の)?(?:生成|取得|受信)(?:できませんでした|できません|に失敗しました)"
    r"|サーバーが応答(?:しません|していません)"
    # Korean
    r"|(?:インターネット(?:接続|に接続)|ネットワーク(?:接続)?|通信)(?:が|に|は)?"
    r"(?:オフライン|切断|されていません|接続されていません|失敗)[^。\n]{0,20}"
    r"|요청이 너무 많습니다|인터넷(?: ?연결)?(?:에|이|가)? ?(?:연결되어 있지 않|끊겼|없)[^\n]{0,12}"
    r"|请求(?:过于频繁|太多|次数过多)"
    r"|リクエストが多すぎます|アクセスが集中しています"
    r"|서버가 (?:응답하지 않습니다|혼잡합니다|바쁩니다)"
    r"|(?:답변|응답)(?:을|를)? ?(?:생성|수신)(?:하는 ?데|에) ?실패(?:했습니다|하였습니다)"
    r"|(?:답변|응답)(?:을|를) (?:받지|생성하지) 못했습니다"
)
_EAST_TAIL = (
    r"(?:[，,。\s.!！、：:]{0,3}(?:请|請|稍后|しばらく|もう一度|後ほど|再度|時間を|잠시|다시|나중에)[^。\n]{0,30})?"
)
_FAILED = re.compile(
    rf"[\[<(\u3010\s*_]{{0,3}}(?:(?:{_ENGLISH})|(?:{_WEST}){_WEST_TAIL}|(?:{_EAST}){_EAST_TAIL})"
    r"[.!\u3002\uff01\u2026।]{0,3}[\])>\u3011\s*_]{0,3}",
    re.I,
)


def is_failed_job(text: str) -> bool:
    """That nothing came, in the words of what asked for it."""
    return len(text) <= _SHORT and bool(_FAILED.fullmatch(text))
