"""Why a request is refused before anything of it runs: by code, or by the key of a more exact sentence."""

from __future__ import annotations

from collections.abc import Mapping

REQUESTS: Mapping[str, tuple[str, str]] = {
    "METHOD_NOT_ALLOWED": (
        "请用 POST 发送请求；GET 只用于受信任的文档，且变量只能是整数、布尔、id 或枚举。",
        "Please send requests by POST: GET is for trusted documents, with variables that are numbers, booleans, ids or "
        "enumerations.",
    ),
    "NOT_ACCEPTABLE": (
        "请在 Accept 中接受 application/graphql-response+json 或 application/json。",
        "Please accept application/graphql-response+json or application/json.",
    ),
    "UNSUPPORTED_MEDIA_TYPE": (
        "请以 application/json（UTF-8，不压缩）发送请求体。",
        "Please send the body as application/json in UTF-8, not compressed.",
    ),
    "BODY_TOO_LARGE": (
        "请求体最多 {limit} 字节，请减小后重试。",
        "A body has at most {limit} bytes: please send less.",
    ),
    "BODY_MALFORMED": (
        "请求体不是有效的 JSON 对象（不得含 NUL 或不成对的代理字符），请检查。",
        "The body is no JSON object, or holds a NUL or half of a surrogate pair: please check it.",
    ),
    "BATCHING_OFF": ("不支持批量请求，请逐个发送。", "Batches are not served: please send one operation a request."),
    "PARAMETER_INVALID": (
        "请求参数 {parameter} 的类型不对（应为 {wanted}），请改正。",
        "The parameter {parameter} has the wrong type ({wanted} is wanted): please correct it.",
    ),
    "QUERY_MISSING": ("请在 query 中给出 GraphQL 文档。", "Please give a GraphQL document in query."),
    "OPERATION_UNKNOWN": (
        "文档中有多个操作或没有该名称的操作，请在 operationName 中指定一个。",
        "The document has several operations, or none of that name: please name one in operationName.",
    ),
    "QUERY_TOO_LONG": (
        "文档最多 {limit} 个字符，现为 {given}，请拆分。",
        "A document has at most {limit} characters, this one {given}: please split it.",
    ),
    "QUERY_TOO_MANY_TOKENS": (
        "文档最多 {limit} 个词法单元，现为 {given}，请拆分，或把值放入变量。",
        "A document has at most {limit} tokens, this one {given}: please split it, or move values to variables.",
    ),
    "QUERY_TOO_DEEP": (
        "选择最多嵌套 {limit} 层，现为 {given} 层，请分次查询。",
        "A selection is at most {limit} levels deep, this one {given}: please ask in several steps.",
    ),
    "QUERY_TOO_MANY_ALIASES": (
        "同一层最多 {limit} 个别名，现为 {given} 个，请减少或拆分。",
        "One level has at most {limit} aliases, this one {given}: please use fewer, or split the query.",
    ),
    "QUERY_TOO_MANY_REPEATS": (
        "同一层最多重复 {limit} 次相同字段，现为 {given} 次，请去掉重复。",
        "One level names the same fields again at most {limit} times, this one {given}: please leave repeats out.",
    ),
    "QUERY_TOO_MANY_DIRECTIVES": (
        "文档最多 {limit} 个指令，现为 {given} 个，请减少。",
        "A document has at most {limit} directives, this one {given}: please use fewer.",
    ),
    "QUERY_TOO_MANY_ROOT_FIELDS": (
        "一个操作最多 {limit} 个根字段，现为 {given} 个，请拆分。",
        "An operation has at most {limit} root fields, this one {given}: please split it.",
    ),
    "QUERY_TOO_MANY_MUTATIONS": (
        "一个请求最多 {limit} 个变更，现为 {given} 个，请拆分。",
        "A request has at most {limit} mutations, this one {given}: please split it.",
    ),
    "QUERY_TOO_COSTLY": (
        "查询成本为 {given}，上限 {limit}，请减小每页条数或少选嵌套列表。",
        "The query costs {given}, at most {limit} are served: please ask for smaller pages or fewer nested lists.",
    ),
    "RATE_LIMITED": (
        "您的查询额度已用完，请在 {seconds} 秒后重试。",
        "Your allowance is used up: please try again in {seconds} seconds.",
    ),
    "INTROSPECTION_OFF": (
        "此服务不提供内省，请使用随版本发布的 schema.graphql。",
        "Introspection is switched off here: please use the schema.graphql of the release.",
    ),
    "DOCUMENT_NOT_TRUSTED": (
        "此服务只执行受信任的文档，请先登记该文档。",
        "Only trusted documents are served here: please have this one put on the list.",
    ),
    "PERSISTED_QUERY_NOT_FOUND": (
        "未登记该查询（PersistedQueryNotFound），请连同 query 再发一次。",
        "This query is not kept (PersistedQueryNotFound): please send it once more with its text.",
    ),
    "PERSISTED_QUERY_MISMATCH": (
        "sha256Hash 与 query 不符，请重新计算。",
        "The sha256Hash is not that of the query: please compute it anew.",
    ),
}
