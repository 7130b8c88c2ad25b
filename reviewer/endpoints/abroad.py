"""How servers say in other languages than English that a key, the credit or a model is not right, as alternatives of a
list of phrases."""

from __future__ import annotations

_WRONG = (
    r"(?:ungültig|falsch|abgelaufen|fehlt|invalide|incorrecte?|expirée?|manquante?|inválid[ao]|válid[ao]"
    r"|incorrect[ao]"
    r"|caducad[ao]|expirad[ao]|valid[ao]|errat[ao]|scadut[ao]|mancante|ongeldig|verlopen|onjuist"
    r"|nieprawidłow\w+|wygasł\w*"
    r"|недействител\w+|неверн\w+|ист[её]к\w*|geçersiz|غير صالح|अमान्य|không hợp lệ|tidak valid)"
)
KEY = (
    rf"(?:ungültige\w*|falsche\w*|ongeldige|onjuiste|nieprawidłowy|недействительный|неверный|geçersiz|invalide"
    rf"|अमान्य) api[- ]?(?:schlüssel|sleutel|klucz|ключ|anahtar\w*)"
    rf"|(?:nieprawidłowy|недействительный|неверный) (?:klucz|ключ) api"
    rf"|(?:api[- ]?schlüssel|api[- ]?sleutel|clé (?:d['’])?api|clave (?:de )?(?:la )?api|chave (?:de |da )?api"
    rf"|chiave (?:dell['’])?api|klucz api|ключ api|api anahtar\w*|مفتاح (?:الـ?)?api|api कुंजी|khóa api|kunci api)"
    rf"\b[^.]{{0,40}}?\b{_WRONG}"
    r"|\S*(?:api|令牌)?(?:密钥|密鑰|金鑰|令牌|(?<=api)キー|(?<=api )キー|トークン)(?:が|は)?(?:无效|無效|无權"
    r"|错误|錯誤|不正确"
    r"|不正確|过期|過期|無効|正しくありません|期限切れ)"
    r"|\S*api ?키(?:가|는)? ?(?:유효하지|잘못|만료|올바르지)"
)
CREDIT = (
    r"(?:guthaben|kontostand)\b[^.]{0,30}\b(?:aufgebraucht|reicht nicht|nicht ausreichend|erschöpft|zu niedrig)"
    r"|(?:nicht genug|nicht genügend|kein|unzureichendes) guthaben"
    r"|(?:crédits?|solde)\b[^.]{0,30}\b(?:insuffisants?|épuisés?)"
    r"|(?:saldo|créditos?|credit[oi]|fondos|fundos)\b[^.]{0,30}\b(?:insuficientes?|insufficient[ei]|agotad[oa]s?"
    r"|esgotad[oa]s?"
    r"|esaurit[oi])"
    r"|(?:saldo|tegoed|krediet)\b[^.]{0,30}\b(?:ontoereikend|op\b|opgebruikt)|niewystarczające środki"
    r"|недостаточно (?:средств|кредитов)|(?:баланс|средства)\b[^.]{0,30}\b(?:исчерпан\w*|недостаточ\w+)"
    r"|yetersiz bakiye"
    r"|\S*(?:餘額|余额|額度|额度|點數)(?:已)?(?:不足|用完|用尽|用盡|耗尽|耗盡)|\S*(?:残高"
    r"|クレジット)が?(?:不足|足りません|なくなりました)"
    r"|\S*(?:잔액|크레딧)(?:이|가)? ?(?:부족|소진)"
)
MODEL = (
    r"(?:das )?modell\b.{0,120}?\b(?:nicht gefunden|existiert nicht|gibt es nicht|ist unbekannt|unbekanntes modell)"
    r"|(?:le )?modèle\b.{0,120}?\b(?:n['’]existe pas|introuvable|inconnu)"
    r"|(?:el |o |il )?model[ol]o?\b.{0,120}?\b(?:(?:no|não|non) (?:existe|esiste|se encontró|encontrado"
    r"|foi encontrado"
    r"|trovato|è stato trovato))"
    r"|(?:het )?model\b.{0,120}?\b(?:bestaat niet|niet gevonden)|модель\b.{0,120}?\bне (?:найден\w*|существует)"
    r"|model\b.{0,120}?\b(?:nie istnieje|nie znaleziono|bulunamadı|tidak ditemukan)"
    r"|\S*模型\s?\S{0,60}\s?(?:不存在|未找到|找不到)|\S*モデル\s?\S{0,60}\s?(?:が|は)\s?(?:見つかりません"
    r"|存在しません)"
    r"|\S*모델\s?\S{0,60}\s?(?:찾을 수 없|존재하지)"
)
