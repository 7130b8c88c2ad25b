"""What programs say in other languages than English where a response is missing: that it is empty, that they failed.

Each text counts only as a whole. A sentence that gives a reason, or speaks of itself or to somebody, is a response.
"""

from __future__ import annotations

import re

_SHORT = 200

# nothing came: "keine Antwort", "réponse vide", "无回复"
_EMPTY_WORDS = (
    # German, Dutch
    r"(?:keine?|ohne) (?:antwort|ausgabe|inhalte?|text|ergebnis|daten|r\u00fcckmeldung)(?: (?:erhalten|generiert"
    r"|erzeugt"
    r"|vorhanden|verf\u00fcgbar|vom modell|empfangen|zur\u00fcckgegeben))?|(?:leere?|fehlende) (?:antwort|ausgabe"
    r"|inhalt|text)"
    r"|antwort (?:fehlt|leer|ist leer)|geen (?:antwoord|uitvoer|inhoud|tekst)(?: (?:ontvangen|gegenereerd))?"
    r"|leeg antwoord"
    # French
    r"|(?:aucune|pas de|sans) (?:r\u00e9ponse|sortie|donn\u00e9es?)(?: (?:re\u00e7ue|g\u00e9n\u00e9r\u00e9e"
    r"|disponible|du mod\u00e8le))?"
    r"|aucun (?:contenu|texte|r\u00e9sultat)(?: (?:re\u00e7u|g\u00e9n\u00e9r\u00e9|disponible))?|(?:r\u00e9ponse"
    r"|sortie) (?:vide|manquante)|contenu vide"
    # Spanish, Portuguese, Italian
    r"|(?:sin|no hay|no se (?:recibi\u00f3|gener\u00f3|obtuvo)|ninguna) (?:respuesta|salida|contenido|texto"
    r"|resultados?|datos)"
    r"(?: (?:generad[ao]s?|recibid[ao]s?|registrad[ao]s?|obtenid[ao]s?|guardad[ao]s?|disponibles?|del modelo))?"
    r"|(?:respuesta|salida) (?:vacía|no disponible"
    r"|en blanco)|contenido vac\u00edo"
    r"|(?:sem|nenhuma|n\u00e3o h\u00e1) (?:resposta|sa\u00edda|conte\u00fado|texto|dados)(?: (?:gerad[ao]"
    r"|recebid[ao]|regist(?:ad|rad)[ao]|obtid[ao]|gravad[ao]|dispon\u00edvel|do modelo))?"
    r"|(?:resposta|sa\u00edda) (?:vazia|em branco)"
    r"|(?:nessuna|senza) (?:risposta|uscita)(?: (?:ricevuta|generata|dal modello))?|nessun (?:contenuto|testo"
    r"|risultato)|risposta vuota"
    # Russian, Polish, Turkish
    r"|(?:\u043d\u0435\u0442|\u043e\u0442\u0441\u0443\u0442\u0441\u0442\u0432\u0443\u0435\u0442|\u0431\u0435\u0437)"
    r" (?:\u043e\u0442\u0432\u0435\u0442\u0430?|\u0434\u0430\u043d\u043d\u044b\u0445"
    r"|\u0442\u0435\u043a\u0441\u0442\u0430|\u0441\u043e\u0434\u0435\u0440\u0436\u0438\u043c\u043e\u0433\u043e)"
    r"|\u043f\u0443\u0441\u0442\u043e\u0439 (?:\u043e\u0442\u0432\u0435\u0442|\u0442\u0435\u043a\u0441\u0442)"
    r"|\u043e\u0442\u0432\u0435\u0442 (?:\u043d\u0435 \u043f\u043e\u043b\u0443\u0447\u0435\u043d"
    r"|\u043e\u0442\u0441\u0443\u0442\u0441\u0442\u0432\u0443\u0435\u0442|\u043f\u0443\u0441\u0442)"
    r"|brak (?:odpowiedzi|danych|tre\u015bci)|pusta odpowied\u017a|yan\u0131t yok|bo\u015f yan\u0131t"
    # Finnish, Swedish, Danish, Norwegian, Czech, Hungarian, Romanian, Greek, Bulgarian, Catalan
    r"|ei (?:vastausta|tietoja|tulosta|sisältöä)|tyhjä vastaus|(?:inget|saknar) svar|ingen (?:data|utdata)"
    r"|tomt svar|(?:intet|ingen) svar|žádná (?:odpověď|data)|bez odpovědi|nincs (?:válasz|adat|eredmény)"
    r"|üres válasz|(?:niciun|fără) răspuns|nu există date|(?:καμία|χωρίς) απάντηση"
    r"|δεν υπάρχουν δεδομένα|няма (?:отговор|данни)|(?:cap|sense) resposta"
    r"|немає (?:відповіді|даних)|порожня відповідь"
    # Arabic, Hebrew, Persian, Hindi, Thai, Vietnamese, Indonesian
    r"|لا (?:توجد|يوجد) (?:بيانات|رد|إجابة|استجابة|محتوى)|بدون رد|رد فارغ"
    r"|אין (?:תשובה|נתונים)|תשובה ריקה|پاسخی (?:دریافت نشد|وجود ندارد)|بدون پاسخ"
    r"|कोई (?:उत्तर|प्रतिक्रिया|डेटा|जवाब) नहीं(?: मिला)?|ไม่มี(?:คำตอบ|ข้อมูล|การตอบ)"
    r"|không có (?:phản hồi|dữ liệu|câu trả lời)|phản hồi trống|tidak ada (?:respons|jawaban|data)|respons kosong"
    # Chinese, Japanese, Korean
    r"|(?:\u65e0|\u6ca1\u6709|\u6682\u65e0|\u7a7a|\u672a\u751f\u6210|\u672a\u8fd4\u56de|\u672a\u6536\u5230"
    r"|\u672a\u83b7\u53d6\u5230|\u6a21\u578b\u672a(?:\u8fd4|\u751f)(?:\u56de|\u6210)|\u7121|\u6c92\u6709"
    r"|\u672a\u6536\u5230|\u66ab\u7121)"
    r"(?:\u4efb\u4f55|\u6709\u6548)?(?:\u56de\u61c9|\u56de\u8986|\u5167\u5bb9|\u8f38\u51fa|\u7d50\u679c"
    r"|\u97ff\u61c9|\u56de\u590d|\u56de\u7b54|\u54cd\u5e94|\u5185\u5bb9|\u8f93\u51fa|\u7ed3\u679c"
    r"|\u6570\u636e|\u8fd4\u56de|\u6587\u672c)(?:\u5185\u5bb9)?"
    r"|(?:\u56de\u590d|\u56de\u7b54|\u54cd\u5e94|\u5185\u5bb9|\u8f93\u51fa|\u8fd4\u56de\u7ed3\u679c)(?:\u4e3a\u7a7a"
    r"|\u7f3a\u5931|\u4e0d\u5b58\u5728)"
    r"|(?:\u5fdc\u7b54|\u56de\u7b54|\u8fd4\u7b54|\u51fa\u529b|\u30ec\u30b9\u30dd\u30f3\u30b9|\u5185\u5bb9"
    r"|\u30c7\u30fc\u30bf)"
    r"(?:\u306a\u3057|\u304c\u3042\u308a\u307e\u305b\u3093|\u306f\u3042\u308a\u307e\u305b\u3093"
    r"|\u304c\u7a7a\u3067\u3059)"
    r"|(?:\uc751\ub2f5|\ub2f5\ubcc0|\ucd9c\ub825|\ub0b4\uc6a9|\ub370\uc774\ud130) ?(?:\uc5c6\uc74c"
    r"|\uc774 \uc5c6\uc2b5\ub2c8\ub2e4|\uac00 \uc5c6\uc2b5\ub2c8\ub2e4)"
)
# A word that can be said in earnest is a mark only in brackets.
_BRACKETED = (
    r"(?:leer|leeg|vide|vac[i\u00ed]o|vac\u00eda|vazio|vazia|vuoto|\u043f\u0443\u0441\u0442\u043e|\u7a7a"
    r"|\u7a7a\u767d|\u65e0|\u7a7a\u6587\u672c|\u306a\u3057|\uc5c6\uc74c"
    r"|kein|keine|aucun|aucune|ninguno|nessuno|nenhum|\u043d\u0435\u0442|fehlt|manquant)"
)
_EMPTY = re.compile(
    rf"[\[<(\u3010\uff08{{*_\u300c]{{0,3}}\s*(?:{_EMPTY_WORDS})\s*[.!\u3002\uff01]?[\])>}}*_\u3011\uff09\u300d]{{0,3}}"
    rf"|[\[<(\u3010\uff08{{]{{1,2}}\s*(?:{_BRACKETED})\s*[\])>}}\u3011\uff09]{{1,2}}",
    re.I,
)

# a program failed: "Zeitüberschreitung", "服务器繁忙，请稍后再试"
_ZH_WHAT = (
    r"(?:\u670d\u52a1\u5668|\u670d\u52a1|\u7cfb\u7edf|\u7f51\u7edc|\u63a5\u53e3|\u8bf7\u6c42|\u8fde\u63a5"
    r"|\u54cd\u5e94|\u8bbf\u95ee|\u64cd\u4f5c|\u8bfb\u53d6"
    r"|\u5185\u90e8|\u672a\u77e5|\u53c2\u6570|\u6a21\u578b|\u751f\u6210|\u8c03\u7528|\u8ba4\u8bc1|\u9274\u6743"
    r"|\u89e3\u6790|\u8fd0\u884c|API|\u6570\u636e|\u52a0\u8f7d|\u540e\u7aef"
    r"|\u4f59\u989d|\u914d\u989d|\u989d\u5ea6|\u70b9\u6570|\u4e0a\u4e0b\u6587(?:\u957f\u5ea6)?"
    r"|\u5f53\u524d(?:\u8bf7\u6c42|\u8bbf\u95ee|\u4f7f\u7528)?(?:\u4eba\u6570|\u8d1f\u8f7d)?)"
)
_ZH_HOW = (
    r"(?:\u7e41\u5fd9|\u5fd9|\u8d85\u65f6|\u5931\u8d25|\u9519\u8bef|\u5f02\u5e38|\u4e2d\u65ad|\u65e0\u54cd\u5e94"
    r"|\u4e0d\u53ef\u7528|\u8fc7\u8f7d|\u5f00\u5c0f\u5dee\u4e86|\u51fa\u9519\u4e86?"
    r"|\u4e0d\u8db3|\u5df2\u7528\u5b8c|\u8d85\u9650|\u8d85\u51fa\u9650\u5236|\u8fc7\u591a|\u8f83\u591a|\u8fc7\u9ad8"
    r"|\u8fc7\u4e8e\u9891\u7e41|\u592a\u9891\u7e41|\u6b21\u6570\u8fc7\u591a|\u4e2d|\u8fc7\u957f|\u5df2\u65ad\u5f00"
    r"|\u5d29\u6e83)"
)
_ZH = (
    r"(?:(?:\u62b1\u6b49|\u5f88\u62b1\u6b49|\u5bf9\u4e0d\u8d77)[\uff0c,]\s?)?(?:\u6a21\u578b|\u5f53\u524d"
    r"|\u60a8\u7684|\u8be5){0,2}"
    rf"{_ZH_WHAT}{{1,3}}(?:\u5f53\u524d|\u6682\u65f6|\u5df2|\u53d1\u751f)?{_ZH_HOW}{{1,2}}"
    r"(?:[\uff0c,\u3002\s!\uff01]{0,2}(?:\u8bf7|\u8bf7\u60a8)?(?:\u7a0d\u540e|\u7a0d\u5019|\u7a0d\u7b49"
    r"|\u7a0d\u540e\u518d|\u91cd\u65b0|\u518d\u6b21|\u68c0\u67e5)[\u4e00-\u9fff]{0,8})?"
    r"|(?:\u6b63\u5728|\u6b63)?(?:\u52a0\u8f7d|\u751f\u6210|\u601d\u8003|\u8f93\u5165|\u5904\u7406"
    r"|\u641c\u7d22)\u4e2d|\u6b63\u5728(?:\u52a0\u8f7d|\u751f\u6210|\u601d\u8003|\u8f93\u5165|\u5904\u7406"
    r"|\u641c\u7d22)[\u4e00-\u9fff]{0,6}(?:[\uff0c,](?:\u8bf7)?\u7a0d(?:\u5019|\u540e|\u7b49))?"
    r"|(?:\u5185\u5bb9|\u56de\u590d|\u56de\u7b54|\u54cd\u5e94)(?:\u5df2\u88ab?|\u88ab)(?:\u7cfb\u7edf|\u5b89\u5168"
    r"|\u5ba1\u6838){0,2}(?:\u5c4f\u853d|\u8fc7\u6ee4|\u62e6\u622a|\u5220\u9664)"
)
_JA = (
    r"(?:\u30b5\u30fc\u30d0\u30fc?|\u30cd\u30c3\u30c8\u30ef\u30fc\u30af|\u901a\u4fe1|\u63a5\u7d9a"
    r"|\u30ea\u30af\u30a8\u30b9\u30c8|\u5185\u90e8|\u30b7\u30b9\u30c6\u30e0|\u4e88\u671f\u3057\u306a\u3044"
    r"|\u4e88\u671f\u305b\u306c|\u4e0d\u660e\u306a|\u30a2\u30d7\u30ea\u30b1\u30fc\u30b7\u30e7\u30f3|API|\u306e){0,3}"
    r"\u30a8\u30e9\u30fc(?:\u304c\u767a\u751f\u3057\u307e\u3057\u305f)?|(?:\u63a5\u7d9a"
    r"|\u30ea\u30af\u30a8\u30b9\u30c8|\u5fdc\u7b54|\u901a\u4fe1|\u30b5\u30fc\u30d0\u30fc|\u751f\u6210)(?:\u304c"
    r"|\u306b)?(?:\u30bf\u30a4\u30e0\u30a2\u30a6\u30c8|\u5931\u6557)(?:\u3057\u307e\u3057\u305f)?"
    r"|\u30bf\u30a4\u30e0\u30a2\u30a6\u30c8(?:\u3057\u307e\u3057\u305f|\u30a8\u30e9\u30fc)?"
    r"|(?:\u30b5\u30fc\u30d0\u30fc|API|\u30cd\u30c3\u30c8\u30ef\u30fc\u30af)\u306b\u63a5\u7d9a\u3067\u304d\u307e"
    r"\u305b\u3093(?:\u3067\u3057\u305f)?"
    r"|(?:\u8aad\u307f\u8fbc\u307f|\u751f\u6210|\u51e6\u7406)\u4e2d(?:\u3067\u3059)?"
    r"|(?:\uc11c\ubc84|\ub124\ud2b8\uc6cc\ud06c|\uc2dc\uc2a4\ud15c|\ub0b4\ubd80|\uc694\uccad|\uc5f0\uacb0|API"
    r"|\uc54c \uc218 \uc5c6\ub294|\s){0,5}\uc624\ub958(?:\uac00 \ubc1c\uc0dd\ud588\uc2b5\ub2c8\ub2e4"
    r"|\uc785\ub2c8\ub2e4)?"
    r"|(?:\uc694\uccad|\uc5f0\uacb0|\uc751\ub2f5) ?(?:\uc2dc\uac04\uc774? ?\ucd08\uacfc"
    r"|\uc2e4\ud328)(?:\ub418\uc5c8\uc2b5\ub2c8\ub2e4|\ud588\uc2b5\ub2c8\ub2e4)?|(?:\ub85c\ub529|\uc0dd\uc131"
    r"|\ucc98\ub9ac) ?\uc911"
)
# what stands before it and after it: "错误：", "しばらくしてから…", "잠시 후 다시 시도해 주세요"
_EAST_HEAD = r"(?:(?:出错了|错误|錯誤|失败|エラー|오류|에러)(?:信息|代码|代碼|コード)?[：:!！,，]\s?)"
_EAST_TAIL = (
    r"(?:[，,。\s.!！、：:]{0,3}(?:(?:申し訳ありません|恐れ入ります|죄송합니다)(?:が)?[、,.。]?\s?)?"
    r"(?:しばらく|もう一度|後ほど|再度|時間を|のちほど|잠시|다시|나중에|请|請|稍后|稍後)[^。\n]{0,30})"
)
_KO_WHILE = r"(?:(?:요청|응답|답변|메시지)(?:을|를)? ?(?:처리|생성|전송) ?(?:중에?|도중))"
_KO = rf"{_KO_WHILE} ?(?:오류|에러|문제)(?:가)? ?(?:발생했습니다|생겼습니다)"
_EAST = re.compile(
    rf"[\[(\u3010\uff08]?{_EAST_HEAD}?(?:{_ZH}|{_JA}"
    rf"|{_KO}){_EAST_TAIL}?[.\u3002!\uff01\u2026]{{0,6}}[\])\u3011\uff09]?",
    re.I,
)

_HEAD = (
    r"[\W_]{0,4}(?:(?:ein|une?|un|uma?|se ha producido un|ocurri\u00f3 un|ocorreu um|une)\s)?(?:interner "
    r"|unerwarteter |unbekannter )?"
    r"(?:netzwerk|server|api|system|verbindungs|anfrage|laufzeit|http)?-?"
    r"(?P<word>fehler|erreur|error|erro|errore|\u043e\u0448\u0438\u0431\u043a\u0430|fout|b\u0142\u0105d|hata|fel"
    r"|zeit\u00fcberschreitung|zeitlimit|tiempo de espera|l\u00edmite|limite|tempo limite|d\u00e9lai|temps"
    r"|خطأ|שגיאה|помилка|σφάλμα|chyba|virhe|fejl|feil|eroare|hiba|kesalahan|galat|lỗi|त्रुटि"
    r"|\u0442\u0430\u0439\u043c-?\u0430\u0443\u0442|\u043f\u0440\u0435\u0432\u044b\u0448\u0435\u043d[\u043e\u0430]?"
    r"|(?:der |die |das |le |la |el |o |a |il |lo )?(?:server|dienst|anfrage|verbindung|modell|kontingent|serveur"
    r"|service|requ\u00eate|connexion"
    r"|mod\u00e8le|quota|servidor|servicio|solicitud|conexi\u00f3n|modelo|cuota|servi\u00e7o|requisi\u00e7\u00e3o"
    r"|conex\u00e3o|richiesta|connessione|modello"
    r"|\u0441\u0435\u0440\u0432\u0435\u0440|\u0441\u0435\u0440\u0432\u0438\u0441"
    r"|\u0437\u0430\u043f\u0440\u043e\u0441|\u0441\u043e\u0435\u0434\u0438\u043d\u0435\u043d\u0438\u0435))(?!\w)"
)
_MACHINE = re.compile(
    r"zeit\u00fcberschreitung|zeitlimit|antwortet nicht|ne r\u00e9pond pas|no responde|n\u00e3o responde"
    r"|non risponde|d'attente d\u00e9pass\u00e9|excedid"
    r"|\u043d\u0435 \u043e\u0442\u0432\u0435\u0447\u0430\u0435\u0442|vor\u00fcbergehend|verbindung|netzwerk|anfrage"
    r"|antwort|schnittstelle|kontingent|ratenlimit|modell\b|\u00fcberlastet"
    r"|nicht (?:erreichbar|verf\u00fcgbar|gefunden)|fehlgeschlagen|abgelehnt|abgebrochen|interner"
    r"|d\u00e9lai|serveur|connexion|requ\u00eate|r\u00e9seau|mod\u00e8le|r\u00e9ponse|indisponible|surcharg\u00e9"
    r"|\u00e9chou\u00e9|expir\u00e9|\binterne\b|injoignable"
    r"|tiempo de espera|servidor|conexi\u00f3n|\bred\b|solicitud|l\u00edmite|cuota|modelo|respuesta|no disponible"
    r"|sobrecargad|agotad|\binterno\b|fall\u00f3|fallida"
    r"|\blimite\b|requisi\u00e7|conex\u00e3o|\brede\b|\bcota\b|resposta|indispon\u00edvel|esgotad|falhou|excedid"
    r"|richiesta|connessione|\brete\b|risposta|scadut|non disponibile|fallit"
    r"|\u0441\u0435\u0440\u0432\u0435\u0440|\u0441\u0435\u0442\u0438|\u0441\u043e\u0435\u0434\u0438\u043d"
    r"|\u0437\u0430\u043f\u0440\u043e\u0441|\u043e\u0436\u0438\u0434\u0430\u043d\u0438"
    r"|\u043b\u0438\u043c\u0438\u0442|\u043d\u0435\u0434\u043e\u0441\u0442\u0443\u043f"
    r"|\u043e\u0442\u0432\u0435\u0442\u0430|\u0432\u043d\u0443\u0442\u0440\u0435\u043d\u043d"
    r"|مهلة|الاتصال|الخادم|الطلب|الشبكة|غير متاح|השרת|החיבור|сервер|запит|διακομιστή|σύνδεση|spojení|požadav|palvelin"
    r"|yhteys|serveren|forbindelse|anslutning|conexiune|cerer|kapcsolat|kiszolgáló|koneksi|permintaan|máy chủ|kết nối"
    r"|yêu cầu|सर्वर|अनुरोध|कनेक्शन",
    re.I,
)
# A word for such a fault that needs no other beside it.
_WHOLE = re.compile(
    r"(?:interner |unbekannter )?(?:netzwerk|server|verbindungs|laufzeit|api)-?fehler[.!]?"
    r"|zeit(?:\u00fcberschreitung|limit)[.!]?"
    r"|erreur (?:r\u00e9seau|serveur|interne|inconnue)[.!]?|error (?:interno|desconocido|de (?:red|servidor"
    r"|conexi\u00f3n))[.!]?"
    r"|خطأ (?:داخلي|في الخادم|في الاتصال|غير معروف)[.!]?|erro (?:interno|desconhecido|de (?:rede|servidor"
    r"|conex\u00e3o))[.!]?",
    re.I,
)
# "an error has occurred, please try again", as pages say it; nobody who speaks to a person ends so
_OCCURRED = re.compile(
    r"(?:(?:entschuldigung|leider|désolé|lo siento|desculpe|spiacenti)[,!. ]{1,3})?(?:"
    r"(?:es |leider )?(?:ist|trat)(?: leider)? ein (?:\w+ )?fehler auf(?:getreten)?"
    r"|ein (?:\w+ )?fehler ist (?:\w+ )?aufgetreten"
    r"|etwas ist schief\s?gelaufen|se agotó el tiempo(?: de espera)?|(?:la solicitud|la conexión) (?:ha )?(?:falló"
    r"|fallado|expiró)"
    r"|le délai (?:d['’]attente )?(?:est|a été) dépassé|(?:il )?tempo (?:di attesa )?(?:è )?scaduto"
    r"|время ожидания (?:истекло|превышено)|(?:sunucu|ağ|bağlantı|istek) hatası"
    r"|une erreur (?:\w+ )?(?:s['’]est produite|est survenue)|quelque chose s['’]est mal passé"
    r"|(?:se (?:ha producido|produjo)|ha ocurrido|ocurrió) un error(?: inesperado)?|algo salió mal"
    r"|(?:ocorreu|houve) um erro(?: inesperado)?|algo deu errado|si è verificato un errore(?: imprevisto)?"
    r"|er is (?:een fout|iets mis)(?: opgetreden|gegaan)|произошла (?:\w+ )?ошибка|что-то пошло не так"
    r"|wystąpił (?:\w+ )?błąd(?: \w+)?|bir (?:hata|sorun) oluştu|(?:ett |ett oväntat )?fel (?:har )?uppstod"
    r"|der opstod en (?:\w+ )?fejl"
    r"|det oppstod en (?:\w+ )?feil|tapahtui (?:\w+ )?virhe|(?:nastala|došlo k) (?:\w+ )?chyb[aě](?: \w+)?"
    r"|(?:a )?hiba történt"
    r"|a apărut o eroare"
    r"|сталася (?:\w+ )?помилка|παρουσιάστηκε (?:\w+ )?σφάλμα|(?:telah )?terjadi (?:kesalahan|galat)|đã xảy ra lỗi"
    r"|حدث خطأ(?: (?:ما|غير متوقع|في \w+|أثناء \w+(?: \w+){0,3}))?|אירעה שגיאה|(?:एक )?त्रुटि हुई|เกิดข้อผิดพลาด"
    r")(?:\s(?:при|во время|bei[mr]?|während|lors|pendant|durante|al|ao|de|del|da|do|du|con|com|avec|podczas"
    r"|při|vid|ved)\s[^\n.!]{1,60})?"
    r"[.!,;:।]?(?:\s(?:bitte|veuillez|por favor|per favore|riprova|probeer|пожалуйста|попробуйте|spróbuj|lütfen"
    r"|inténtelo|intente|tente|versuchen|réessayez|försök|prøv|yritä|zkuste|próbálja|încercați|спробуйте|δοκιμάστε"
    r"|silakan|coba|vui|يرجى|الرجاء|حاول|אנא|נסה|कृपया|โปรด|กรุณา)[^\n]{0,60})?[.!।]?",
    re.I,
)
# The same in English: with these alone a head that is an English word, too, is none.
_NEUTRAL = re.compile(r"\b[45]\d\d\b|\b(?:server|quota|timeout|time-out|api|http|json|gateway)\b", re.I)
_ENGLISH_TOO = ("error", "server", "service", "quota")
# What speaks of itself, explains or asks is a response.
_SPEAKS = re.compile(
    r"\b(?:ich|wir|mir|sie k\u00f6nnen|je|j'|nous|vous pouvez|me|yo|nosotros|puedo|podemos|puede|eu|n\u00f3s|posso"
    r"|podemos|io|noi|possiamo"
    r"|\u044f|\u043c\u044b|\u043c\u043e\u0433\u0443|weil|bedeutet|hei\u00dft|meist|oft|wenn|parce|signifie|souvent"
    r"|lorsque|quand|porque|significa|suele|cuando|quando"
    r"|perch\u00e9|spesso|\u043f\u043e\u0442\u043e\u043c\u0443|\u043e\u0437\u043d\u0430\u0447\u0430\u0435\u0442"
    r"|\u0435\u0441\u043b\u0438|menschlich|humaine?|humano)\b|\?|\u2014 \u044d\u0442\u043e\b|\b(?:ist|est|es|\u00e8"
    r"|\u00e9) (?:eine?|une?|uno|uma?)\b",
    re.I,
)
_WEST = re.compile(rf"{_HEAD}[^\n]{{0,180}}", re.I)
# names of the fields in which an error's body tells of it
FAULTS = frozenset(
    (
        "fehler",
        "erreur",
        "erro",
        "errore",
        "\u043e\u0448\u0438\u0431\u043a\u0430",
        "\u9519\u8bef",
        "\u932f\u8aa4",
        "\u30a8\u30e9\u30fc",
        "\uc624\ub958",
        *("fout", "hata", "b\u0142\u0105d", "faultstring", "faultcode"),
    )
)
TELLS = frozenset(
    (
        "fehlermeldung",
        "meldung",
        "mensaje",
        "mensagem",
        "messaggio",
        "\u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435",
        "\u9519\u8bef\u4fe1\u606f",
        "\u6d88\u606f",
        "\u4fe1\u606f",
        *("\u30e1\u30c3\u30bb\u30fc\u30b8", "\uba54\uc2dc\uc9c0"),
    )
)


# a status or a code in brackets behind the words
_BRACKET = re.compile(r"[(\uff08\[]")
_CODED = re.compile(
    rf"\s*{_BRACKET.pattern}"
    r"[^()\uff08\uff09\[\]\n]{0,24}(?:\d{3}|E[A-Z]{4,14}|[A-Z]{2,20}_[A-Z_]{2,40})[^()\uff08\uff09\[\]\n]{0,24}"
    r"[)\uff09\]]\s*[.\u3002!]?\Z"
)


def is_foreign_empty(text: str) -> bool:
    """That there is no answer, said by a program in another language."""
    return len(text) <= _SHORT and bool(_EMPTY.fullmatch(text))


def is_foreign_error(text: str) -> bool:
    """That a program failed, said in another language."""
    if len(text) > _SHORT:
        return False
    text = (_BRACKET.search(text) and _CODED.sub("", text)) or text
    if not text.isascii() and _EAST.fullmatch(text):
        return True
    if _OCCURRED.fullmatch(text):
        return True
    begun = _WEST.fullmatch(text)
    if begun is None or _SPEAKS.search(text):
        return False
    end = begun.end("word")
    neutral = begun["word"].lower() not in _ENGLISH_TOO and _NEUTRAL.search(text, end)
    return bool(neutral or _MACHINE.search(text, end) or _WHOLE.fullmatch(text))


def tells_of_machine(text: str) -> bool:
    """Whether words of servers and requests stand in it, and it neither speaks of itself nor explains."""
    return bool(_MACHINE.search(text) or _NEUTRAL.search(text) or _EAST.fullmatch(text)) and not _SPEAKS.search(text)
