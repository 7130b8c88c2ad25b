"""That a program failed, said in Chinese, Japanese or Korean in whatever order: a sentence made of nothing but words of
servers, of faults, and of what joins them.

Sentences of people have other words beside these, so that nothing has to be known of how a server puts it. What a model
declines in such words ("I cannot answer", "I refuse the request", "there is no time") is a response: of what cannot be
or is refused, only what is told as over or as done to it counts.
"""

from __future__ import annotations

import re

_LONGEST = 160
_JA_THING = (
    r"サーバー?|モデル|ネットワーク|インターネット|API|接続|通信|リクエスト|要求|応答|返答|レスポンス|システム"
    r"|サービス|キー|データ|アクセス|認証|処理|生成"
    r"|取得|受信|送信|読み込み|制限時間|制限|上限|トークン|コンテンツ"
)
_JA_FAULT = (
    r"エラー|タイムアウト|失敗|切断|中断|(?:接続|通信)(?:が|は)拒否され(?:ました|ています)|超過|過負荷|停止"
    r"|問題が(?:発生|起き)|障害|無効|多すぎ|利用できません|使用できません|アクセスできません|接続できません"
    r"|できませんでした|ありませんでした|見つかりません|混み合って|混雑|超え|切れ"
)
_JA_JOIN = (
    r"から|との|への|での|の|が|を|は|に|へ|で(?!す|し)|と|も|まで|により|による|ため|中|後(?!ほど)|内部|外部"
    r"|予期しない|予期せぬ|不明な|一時的な|一時的に|一時的|時間|回数|現在|指定された|大変|ありません"
    r"|し?ました|します|ます|されました|しています|していません|でした|です|ました|ません|おります|います|した"
    r"|して|い|た|発生|返|され"
)
_JA_ASKS = r"(?:申し訳|恐れ入|しばらく|少し|もう一度|後ほど|のちほど|再度|時間を|ページを|お手数)[^。\n]{0,60}"
_KO_THING = (
    r"서버|네트워크|인터넷|시스템|모델|API|연결|접속|요청|응답|답변|메시지|서비스|데이터|인증|통신|처리|생성|로딩"
    r"|제한|한도|토큰|콘텐츠|키"
)
_KO_FAULT = (
    r"오류|에러|문제가 (?:발생|생겼)|장애|초과|실패|끊어|끊겼|끊김|중단|(?:연결|접속)(?:이|은) ?거부(?:되었"
    r"|됐)습니다|지연|과부하|많습니다|혼잡|불안정|못했습니다|만료|사용할 수 없습니다|유효하지 않습니다"
)
_KO_JOIN = (
    r"가|이|을|를|은|는|의|와|과|에서|에|으로|로부터|로|중에?|도중에?|및|간|내부|외부|알 수 없는|예기치 않은"
    r"|예상치 못한|일시적인?|일시적으로|현재"
    r"|되었습니다|됐습니다|하였습니다|했습니다|졌습니다|습니다|입니다|합니다|됩니다|있습니다|하는|하던|발생"
    r"|생겼|시간"
    r"|하지|되지|받지|너무|상태"
)
_KO_ASKS = r"(?:잠시|다시|나중에|죄송|페이지를|새로고침)[^.\n]{0,60}"
_ZH_THING = (
    r"服务器|伺服器|服务端|网络|網路|接口|网关|閘道|API|连接|連線|請求|请求|响应|回應|回复|回覆|模型|服务|服務"
    r"|系统|系統|配额|配額|额度|額度|密钥|密鑰|金鑰"
    r"|令牌|访问频率|频率|頻率|后端|後端|推理|上限|限额|限額"
)
_ZH_FAULT = (
    r"错误|錯誤|失败|失敗|超时|逾時|超時|异常|異常|繁忙|忙碌|忙线|忙線|过载|過載|超载|超載|不可用|无法(?:使用"
    r"|连接|访问|响应)|無法(?:使用|連線|連接|回應)"
    r"|无响应|没有响应|無回應|沒有回應|中断|中斷|断开|斷開|已用完|已用尽|已用盡|已耗尽|已耗盡|耗尽|耗盡|无效"
    r"|無效|失效|过期|過期|过多|過多|过于频繁|過於頻繁"
    r"|超出|超过|超過|未收到|未获得|未獲得|没有收到|沒有收到|崩溃|崩潰|故障|出错|出錯"
)
_ZH_JOIN = (
    r"内部|內部|外部|未知|处理|處理|发生|發生|到|与|與|和|的|了|中|时|時|已|被|在|从|從|由于|由於|暂时|暫時"
    r"|目前|当前|當前|现在|現在|任何|有效|次数|次數"
    r"|内容|內容|生成|获取|獲取|调用|呼叫|调取|等待|返回|您的|该|該|此|很?抱歉|对不起|對不起|对话|對話|请|請"
    r"|限制|速率|时间|時間|数|數|一个|一個"
)
_ZH_ASKS = r"(?:稍后|稍後|稍候|稍等|重试|重試|再试|再試|再次|重新|过一会|過一會|联系|聯絡|检查|檢查|刷新)[^。\n]{0,30}"
_PUNCTUATION = r"[\s:\uff1a!\uff01,\u3001.\u3002\uff0c\u2026*_\-\[\]\u3010\u3011<>]"
_CODE = (
    r"[(\uff08\[]\s*[^()\uff08\uff09\[\]\n]{1,40}\s*[)\uff09\]]|\d{3}\b|\bE[A-Z]{4,14}\b"
    r"|[A-Z]{2,20}(?:_[A-Z]{2,20})+"
)


def _only(thing: str, fault: str, join: str, asks: str) -> re.Pattern[str]:
    words = rf"(?:{fault}|{thing}|{join}|{_PUNCTUATION}|{_CODE})"
    return re.compile(
        rf"(?=[^\n]{{0,{_LONGEST}}}?(?:{thing}))(?=[^\n]{{0,{_LONGEST}}}?(?:{fault})){words}{{2,80}}+(?:{asks}{words}{{0,20}}+){{0,3}}",
        re.I,
    )


_JA = _only(_JA_THING, _JA_FAULT, _JA_JOIN, _JA_ASKS)
_KO = _only(_KO_THING, _KO_FAULT, _KO_JOIN, _KO_ASKS)
_ZH = _only(_ZH_THING, _ZH_FAULT, _ZH_JOIN, _ZH_ASKS)


def is_eastern_fault(text: str) -> bool:
    """Whether it is made of such words alone, with a thing and a fault among them."""
    if len(text) > _LONGEST or text.isascii():
        return False
    return bool(_JA.fullmatch(text) or _KO.fullmatch(text) or _ZH.fullmatch(text))
