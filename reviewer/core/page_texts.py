"""What the page of a chat or of a site shows around a response, copied in its place: its buttons, a banner, a log-in, a
check that one is no robot. Each counts only as a whole text.
"""

from __future__ import annotations

import re

_LONGEST, _MOST_LINES = 900, 14
# Labels of buttons and fields, one in a line.
_LABELS = re.compile(
    r"(?:copy(?: code| text)?|\w{2,20} said:|\d{1,2} ?/ ?\d{1,2}|edit|good response|bad response|read aloud"
    r"|regenerate(?: response)?|edit message|share|retry"
    r"|thumbs (?:up|down)|try again|new chat|stop generating|continue generating|send(?: a)? message|show more"
    r"|like|dislike"
    r"|kopieren|gute antwort|schlechte antwort|vorlesen|erneut generieren|neu generieren|teilen|bearbeiten"
    r"|copier|bonne réponse|mauvaise réponse|lire à voix haute|régénérer|partager|modifier"
    r"|copiar|buena respuesta|mala respuesta|leer en voz alta|regenerar|compartir|boa resposta|resposta ruim"
    r"|compartilhar"
    r"|copia|buona risposta|risposta negativa|leggi ad alta voce|rigenera|condividi"
    r"|kopiëren|goed antwoord|slecht antwoord|voorlezen|opnieuw genereren|delen"
    r"|kopiuj|dobra odpowiedź|zła odpowiedź|udostępnij|копировать|хороший ответ|плохой ответ|поделиться|озвучить"
    r"|复制|朗读|重新生成|分享|点赞|コピー|読み上げる|再生成|共有|복사|다시 생성|공유|sign up|log in|sign in"
    r"|register"
    r"|continue with (?:google|microsoft|apple|email|phone)|continuar con (?:google|microsoft|apple)"
    r"|weiter mit (?:google|microsoft|apple)|continuer avec (?:google|microsoft|apple)|email address|e-mail-adresse"
    r"|adresse e-?mail|dirección de correo electrónico|endereço de e-?mail|password|passwort|contraseña"
    r"|mot de passe"
    r"|welcome back|willkommen zurück|te damos la bienvenida de nuevo|bon retour|bem-vindo de volta|bentornato|or"
    r"|oder|o|ou|and"
    r"|continue|continuar|continuer|weiter|continua|¿no tienes una cuenta\? regístrate"
    r"|don['’]t have an account\? sign up"
    r"|accept all|reject all|customi[sz]e|manage cookies|cookie (?:settings|preferences)|alle akzeptieren"
    r"|alle ablehnen"
    r"|anpassen|tout accepter|tout refuser|personnaliser|aceptar todo|rechazar todo|aceitar tudo|rejeitar tudo"
    r"|accetta tutto)",
    re.I,
)
_LEAST_LABELS = 3
_LABEL_ALONE = re.compile(r"(?:re-?generate response|stop generating|continue generating)", re.I)
# what such a limit is one of, or when it ends
_USED = (
    r"(?=[^\n]{0,240}(?:mensaj|mensag|messag|nachricht|bericht|wiadomo|сообщени|消息|对话|提问|次数|utilis"
    r"|nutzung|gebruik|gratuit"
    r"|gratis|kostenlos|free|\bplan|\babo|\d|stunde|heure|\bhora|\bore\b|\buur|час|小时|demain|morgen|mañana"
    r"|amanhã|domani|завтра"
    r"|明天|später|plus tard|más tarde|mais tarde|più tardi|later\b|позже|稍后|anfrage|requ[êi]|solicitud"
    r"|solicita|richiest|verzoek"
    r"|запрос|请求|chat|gpt|modell?|token|credit|crédit|kredit|\buso\b))"
)
_BANNER = re.compile(
    # cookies
    r"(?:we (?:and our partners )?use cookies|this (?:site|website) uses cookies|wir verwenden cookies"
    r"|diese (?:seite|website)"
    r" verwendet cookies|nous utilisons des cookies|utilizamos cookies|usamos cookies|utilizziamo i cookie"
    r"|wij gebruiken cookies|używamy plików cookie|мы используем (?:файлы )?cookie|我们使用\s?cookie"
    r"|当サイトではcookie)\b[^\0]{0,700}"
    # no robot, waiting rooms
    r"|(?:verify(?:ing)? (?:that )?you are (?:human|not a robot)|please verify you are (?:a )?human"
    r"|checking your browser"
    r"|are you a robot\?|i['’]m not a robot|confirm (?:that )?you(?:['’]re| are) (?:not a robot|human)"
    r"|подтвердите, что (?:вы не робот|запросы)|bestätigen sie, dass sie (?:kein roboter|ein mensch)"
    r"|vérifiez que vous êtes"
    r"|confirma que no eres un robot|confirme que (?:você )?não é um robô|请(?:验证|确认)您?(?:不是机器人|是真人)"
    r"|ロボットではないことを確認|로봇이 아닙니다)[^\0]{0,500}"
    # limits as pages tell them
    r"|(?:você atingiu|has alcanzado|vous avez atteint|hai raggiunto|du hast dein|sie haben ihr|je hebt je"
    r"|osiągnięto|"
    r"вы достигли|您已达到|你已达到|已达到)"
    rf"{_USED}[^\n]{{0,80}}(?:limite|límite|limiet|limit|лимит|上限|限制)[^\n]{{0,160}}"
    # what stands under or in the field for a message
    r"|(?:\w{2,20} )?(?:can|may) make mistakes[.,;]? "
    r"(?:so )?(?:please )?(?:check|verify|consider|double-check)\b[^\n]{0,120}"
    r"|(?:die )?ki kann fehler machen[^\n]{0,120}"
    r"|l['’]ia peut (?:faire des erreurs|se tromper)[^\n]{0,120}"
    r"|(?:scrivi un messaggio|schreib(?:e|en sie)? eine nachricht|envoyer un message|escribe un mensaje"
    r"|digite uma mensagem"
    r"|type a message|message (?:chatgpt|claude|gemini|copilot|deepseek|grok|le chat|mistral|meta ai|\w{1,20}gpt)"
    r"|ask (?:me )?anything"
    r"|написать сообщение|напишите сообщение|メッセージを入力|输入消息"
    r"|메시지를 입력하세요)\s?(?:\.{3}|…)"
    r"|(?:the )?(?:assistant|bot|ai|agent|model) is (?:typing|thinking|responding|writing)\.{0,3}",
    re.I,
)
# Anything can stand before it, which takes long to look through.
_REVIEWS = re.compile(
    r"(?:[^\n]{0,80}\n)?[^\n]{0,160}needs to review the security of your connection[^\0]{0,300}", re.I
)


def is_page_piece(text: str) -> bool:
    """Labels and nothing else, or one banner."""
    if len(text) > _LONGEST:
        return False
    if _BANNER.fullmatch(text) or _LABEL_ALONE.fullmatch(text):
        return True
    if "connect" in text.lower() and _REVIEWS.fullmatch(text):
        return True
    first = text.lstrip().partition("\n")[0]
    if not _LABELS.fullmatch(first.strip(" \t\r·•|")):
        return False
    lines = [line.strip(" \t\r·•|") for line in text.split("\n") if line.strip()]
    return _LEAST_LABELS <= len(lines) <= _MOST_LINES and all(map(_LABELS.fullmatch, lines))
