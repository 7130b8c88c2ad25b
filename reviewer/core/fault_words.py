"""The words of which a program's sentence about its failure is made, by language and by what they do in it.

A star ends a word that goes on in several ways. A word in no list makes a text a person's or a model's sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

MACHINES, THINGS, FAULTS, NOTS, UNDONE, REFUSED, CANNOT, CONNECT, BESIDE = range(9)
"""What only programs speak of; what others speak of too; what went wrong; that something did not happen, and what; that
something was turned down; that something cannot be done, and the one thing that only programs do; what joins them."""

WORDS: Mapping[str, tuple[str, str, str, str, str, str, str, str, str]] = {
    "en": (
        "server servers api gateway upstream endpoint backend network host proxy connection llm inference http"
        " retries deployment worker database",
        "request requests model models response responses completion generation service stream quota token"
        " tokens rate limit limits attempts engine call assistant chat provider key",
        "error errors failed failure timed timeout exceeded exhausted overloaded unavailable unreachable"
        " crashed expired aborted terminated interrupted lost throttled reached down",
        "not no couldn't didn't wasn't isn't hasn't without never",
        "completed processed generated received returned respond reached available loaded fetched retrieved"
        " sent found responding reachable",
        "rejected refused denied blocked dropped closed reset invalid",
        "cannot can't unable",
        "connect",
        "the a an your this our we're we re is are was were has have been be to of from by with at for in on"
        " after while during because due and or could did when internal external temporarily currently"
        " temporary unexpected unknown maximum number max please try again later retry few minutes moment"
        " moments seconds second sorry it out code status returned calling waiting contacting processing"
        " generating sending reading any occurred time",
    ),
    "de": (
        "server server-* api-schlüssel serverfehler netzwerkfehler verbindungsfehler api netzwerk netzwerks"
        " schnittstelle gateway endpunkt endpunkts backend verbindung host proxy http serververbindung",
        "anfrage* modell* antwort* dienst dienste dienstes kontingent* limit ratenlimit zeitlimit anfragelimit"
        " schlüssel token tokens generierung versuche anbieter",
        "fehler serverfehler netzwerkfehler verbindungsfehler zeitüberschreitung fehlgeschlagen gescheitert"
        " überlastet überschritten abgelaufen erschöpft aufgebraucht abgebrochen unterbrochen getrennt"
        " zeitlimitfehler ausgefallen unerreichbar verloren",
        "nicht kein keine keinen",
        "verarbeitet erreicht erreichbar verfügbar generiert erzeugt empfangen erhalten geladen abgerufen"
        " gefunden hergestellt beantwortet abgeschlossen reagiert zurückgegeben",
        "abgelehnt verweigert zurückgewiesen geschlossen zurückgesetzt ungültig*",
        "kann unmöglich",
        "verbunden",
        "der die das dem den des ein eine einer einem einen ist sind war wurde wurden wird werden hat haben"
        " konnte konnten zu zur zum mit von vom bei beim für auf im in an am nach durch wegen aufgrund und"
        " oder interner internen externer unerwarteter unbekannter vorübergehend* derzeit momentan zurzeit"
        " aktuell gerade maximale anzahl bitte versuchen versuche sie es später erneut noch einmal einigen"
        " minuten sekunden leider entschuldigung aufgetreten zugriff ihre diese",
    ),
    "fr": (
        "serveur serveurs api réseau passerelle connexion backend hôte proxy http",
        "requête requêtes demande demandes modèle réponse service quota quotas limite débit clé jeton jetons"
        " génération délai temps tentatives",
        "erreur échec échoué échouée expiré expirée dépassé dépassée dépassement surchargé surchargée"
        " indisponible injoignable interrompu interrompue perdue épuisé épuisée",
        "ne n pas aucun aucune",
        "traité traitée reçu reçue généré générée obtenu obtenue chargé disponible joignable abouti répond"
        " établie aboutir trouvé répondu",
        "refusée refusé rejetée rejeté fermée coupée invalide",
        "impossible",
        "connecter joindre contacter",
        "le la les l un une des du de d à au aux en dans par avec pour sur lors pendant est sont a été pu être"
        " et ou interne externe inattendu* inconnu* temporairement momentanément actuellement maximal nombre"
        " attente se s veuillez réessayer réessayez plus tard ultérieurement quelques minutes instants"
        " secondes désolé produite survenue notre votre cette temps",
    ),
    "es": (
        "servidor servidores api red pasarela conexión backend host proxy http",
        "solicitud solicitudes petición peticiones modelo respuesta servicio cuota límite tasa clave token"
        " tokens espera generación intentos",
        "error fallo falló fallado fallida fallido excedido excedida superado superada agotado agotada"
        " sobrecargado sobrecargada saturado caído interrumpida interrumpido perdida inaccesible caducado"
        " expirado expiró demasiadas demasiados perdido",
        "no ninguna ningún sin",
        "procesar procesado procesada recibió recibido recibida generó generado generada obtuvo obtener"
        " completar disponible responde alcanzable encontrado establecer respondió",
        "rechazada rechazado denegada cerrada inválida inválido válida válido",
        "puede posible",
        "conectar conectarse contactar",
        "el la los las un una unos de del a al en por con para se ha han sido fue pudo pudieron durante tras y"
        " o está es interno interna externo inesperado desconocido temporalmente actualmente momento este"
        " máximo número tiempo inténtelo inténtalo intente intenta nuevo más tarde vuelva favor minutos"
        " segundos lo siento producido ocurrido su esta",
    ),
    "pt": (
        "servidor servidores api rede conexão ligação backend host proxy gateway http",
        "requisição requisições solicitação solicitações pedido pedidos modelo resposta serviço cota quota"
        " limite taxa chave token tokens tempo geração tentativas",
        "erro falha falhou excedido excedida ultrapassado atingido esgotado esgotada sobrecarregado"
        " sobrecarregada indisponível inacessível interrompida perdida expirado expirada muitas muitos"
        " demasiados",
        "não nenhuma nenhum sem",
        "processar processada processado recebida recebido gerada gerado obtida concluída disponível responde"
        " encontrado estabelecer estabelecida respondeu",
        "rejeitada rejeitado recusada fechada inválida inválido",
        "possível",
        "conectar ligar",
        "o a os as um uma de do da dos das ao à em no na por pelo pela com para se foi foram é está pôde ser"
        " durante após e ou interno interna externo inesperado desconhecido temporariamente atualmente momento"
        " neste máximo número tente novamente mais tarde favor alguns minutos segundos desculpe ocorreu sua"
        " esta tempo",
    ),
    "it": (
        "server api rete gateway connessione backend host proxy http",
        "richiesta richieste modello risposta servizio quota limite frequenza chiave token attesa generazione"
        " tentativi",
        "errore fallita fallito scaduto scaduta superata superato esaurita esaurito sovraccarico"
        " irraggiungibile interrotta persa troppe troppi",
        "non nessuna nessun senza",
        "elaborata elaborato ricevuta ricevuto generata generato completata disponibile risponde raggiungibile"
        " riuscita trovato stabilita risposto",
        "rifiutata respinta chiusa valida valido",
        "impossibile",
        "connettersi contattare raggiungere",
        "il lo la i gli le l un una uno di del della dei dal dalla al alla a in nel con per è sono stata stato"
        " ha durante dopo e o interno interna esterno imprevisto sconosciuto temporaneamente attualmente"
        " momento massimo numero tempo riprova riprovare più tardi favore qualche minuto minuti secondi"
        " spiacenti verificato si sua questa",
    ),
    "nl": (
        "server servers api-sleutel serverfout netwerkfout verbindingsfout api netwerk gateway verbinding"
        " backend host proxy http",
        "verzoek verzoeken aanvraag aanvragen model antwoord dienst service quotum quota limiet sleutel"
        " token tokens pogingen",
        "fout serverfout netwerkfout verbindingsfout mislukt* time-out verlopen overschreden overbelast"
        " onbereikbaar onderbroken verbroken verloren uitgeput bereikt",
        "niet geen",
        "verwerkt ontvangen gegenereerd bereikbaar beschikbaar geladen gevonden voltooid reageert",
        "geweigerd afgewezen gesloten ongeldig*",
        "kan onmogelijk",
        "verbinden",
        "de het een van met bij voor op in naar na door tijdens en of is zijn was werd worden kon konden heeft"
        " interne externe onverwachte onbekende tijdelijk momenteel maximum aantal te veel probeer later"
        " opnieuw nog eens over enkele minuten seconden sorry alstublieft opgetreden uw dit",
    ),
    "pl": (
        "serwer* api sieć sieci bramy brama połączeni* backend host proxy http",
        "żądani* zapytani* zapytań żądań model modelu modelem odpowiedzi odpowiedź usługa usługi limit limitu"
        " kwota klucz klucza token tokenów prób czas czasu",
        "błąd błędu przekroczon* przekroczenie przeciążon* niedostępn* nieosiągaln* przerwan* utracon* wygasł"
        " wygasła wyczerpan* awaria niepowodzenie",
        "nie brak żadnej",
        "udało przetworzyć połączyć pobrać wygenerować otrzymano uzyskano odpowiada uzyskać załadować wykonać"
        " odpowiedział",
        "odrzucon* nieprawidłowy",
        "można",
        "połączyć",
        "się z ze do od na w we przez przy po podczas oraz i lub jest są został została było wewnętrzny"
        " zewnętrzny nieoczekiwany nieznany tymczasowo chwilowo obecnie aktualnie wystąpił maksymaln* liczba"
        " zbyt wiele dużo spróbuj spróbować ponownie później proszę za kilka minut sekund przepraszamy zostało"
        " czas",
    ),
    "ru": (
        "сервер сервера серверу сервером серверов api сеть сети шлюз* соединени* подключени* бэкенд* хост*"
        " прокси http сетевая",
        "запрос* модель модели ответ ответа сервис сервиса служба службы квота квоты лимит* ключ ключа токен*"
        " попыт* ожидания время времени",
        "ошибка ошибки сбой превышен* превышение перегружен* недоступен недоступна недоступно разорван*"
        " прерван* потерян* истекло истек исчерпан* таймаут тайм-аут",
        "не нет",
        "удалось удался обработан получен получено отвечает выполнен сгенерирован доступен найден загрузить"
        " ответила ответил",
        "отклонён* отклонен* отказано закрыто сброшено недействительный неверный",
        "невозможно удается удаётся",
        "подключиться соединиться связаться",
        "в во к с со от из на при по для и или был была было были до внутренняя внешняя неизвестная"
        " непредвиденная временно сейчас произошла произошел слишком много максимальн* число повторите"
        " попробуйте попытку позже пожалуйста снова ещё еще раз через несколько минут секунд извините"
        " обработать получить обработке выполнении обработки отправке вовремя",
    ),
    "tr": (
        "sunucu* api ağ bağlantı* arka proxy http",
        "istek isteğ* model* yanıt* cevap hizmet* servis* kota* kotası sınır* limit* anahtar* token deneme",
        "hata hatası zaman aşımı aşımına aşıldı aşırı dolu meşgul kesildi koptu başarısız doldu ulaşılamıyor"
        " ulaşılamadı bağlanılamadı alınamadı işlenemedi oluşturulamadı kullanılamıyor",
        "değil yok",
        "kullanılabilir",
        "reddedildi kapatıldı geçersiz",
        "",
        "",
        "bir bu ve ile için şu anda geçici olarak yüklü dahili iç harici bilinmeyen beklenmeyen oldu oluştu"
        " sırasında nedeniyle uğradı çok fazla süresi lütfen daha sonra tekrar deneyin deneyiniz birkaç dakika"
        " saniye üzgünüz maksimum sayısı bağlanırken",
    ),
    "ar": (
        "الخادم خادم بالخادم api الشبكة الاتصال اتصال http",
        "الطلب طلبك الطلبات طلبات النموذج الخدمة رد استجابة الاستجابة الحصة حصة الحد المهلة مهلة مفتاح الرمز",
        "خطأ فشل انتهت تجاوز انقطع انقطاع مشغول محمل محملة تعذر تعذرت",
        "غير لم لا",
        "متاح متاحة يتم استلام تلقي معالجة يستجيب تستجيب",
        "صالحة صالح",
        "يمكن",
        "",
        "في من إلى مع عن على أثناء بسبب تم أي ما حاليا حالياً مؤقتا مؤقتاً داخلي داخلية متوقع معروف حدث فوق"
        " طاقتها طاقته كثيرة جدا جداً يرجى الرجاء المحاولة حاول مرة أخرى لاحقا لاحقاً بعد قليل دقائق عذرا"
        " عذراً المسموح الأقصى",
    ),
    "hi": (
        "सर्वर api नेटवर्क कनेक्शन http",
        "अनुरोध मॉडल प्रतिक्रिया उत्तर सेवा कोटा सीमा कुंजी टोकन समय",
        "त्रुटि समाप्त विफल व्यस्त पार टाइमआउट टूट",
        "नहीं कोई",
        "उपलब्ध मिली मिला संसाधित कनेक्ट प्राप्त",
        "अमान्य",
        "",
        "",
        "का की के को से में पर और है हैं हो गया गई गयी था थी हुई हुआ किया जा सका सकी अभी आंतरिक अस्थायी रूप"
        " बहुत अधिक कृपया बाद पुनः फिर प्रयास करें एक अज्ञात कुछ देर",
    ),
    "vi": (
        "chủ api mạng nối http",
        "cầu hình phản hồi vụ mức khóa token giới",
        "lỗi hết quá tải gián đoạn vượt bận thất bại",
        "không chưa",
        "khả dụng nhận được xử lý kết sẵn",
        "hợp lệ",
        "thể",
        "",
        "máy yêu mô dịch hạn thời gian chờ đã đang bị hiện tạm với từ đến của nội bộ xảy ra nhiều vui lòng thử"
        " lại sau xin trong khi tại vài phút",
    ),
    "id": (
        "server api jaringan koneksi gateway http",
        "permintaan model respons jawaban layanan kuota batas kunci token waktu",
        "kesalahan galat gagal habis terlampaui sibuk kelebihan terputus berakhir",
        "tidak tak",
        "tersedia diterima merespons ditemukan terhubung dijangkau diproses",
        "valid",
        "dapat bisa",
        "terhubung terkoneksi",
        "ke dari di pada dengan untuk oleh dan atau yang ada saat ini sedang telah internal terjadi sementara"
        " terlalu banyak beban silakan coba lagi nanti mohon beberapa menit maaf",
    ),
}
