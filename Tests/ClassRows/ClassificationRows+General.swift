import Fallback
import JSONText

extension ClassificationRows {
  package static let general: [ClassRow] = [
    ClassRow("any", 500, Bodies.openAI(nil, "Unknown parameter: foo"), .invalidRequest, .request),
    ClassRow(
      "any", 403, "<html>Just a moment... challenge</html>", .forbidden, .route,
      headers: [("content-type", "text/html")]),
    ClassRow("any", 401, "<html>Log in to the portal</html>", .forbidden, .route),
    ClassRow("any", 408, Bodies.openAI(nil, "Request timeout"), .timeout, .route),
    ClassRow("any", 408, "", .timeout, .route),
    ClassRow(
      "any", 404, "404 page not found", .wrongEndpoint, .route,
      headers: [("content-type", "text/plain")]),
    ClassRow("any", 404, Bodies.detail("Not Found"), .wrongEndpoint, .route),
    ClassRow(
      "any", 400,
      Bodies.openAI(
        nil,
        #"Validation failed for messages[1].content: "please explain 429 rate limit and insufficient credits and maximum context length""#
      ), .invalidRequest, .request),
    ClassRow(
      "any", 400, "Validation failed for echoed prompt text containing \"429 rate limit\"",
      .invalidRequest),
    ClassRow("any", nil, "", .tls, .route, fault: .tls),
    ClassRow("any", nil, "", .connection, .route, fault: .reset),
    ClassRow("any", nil, "", .connection, .route, fault: .dns),
    ClassRow("any", nil, "", .connection, .route, fault: .refused),
    ClassRow("any", nil, "", .timeout, .route, fault: .timeout),
    ClassRow("any", nil, "", .redirect, .route, fault: .redirect),
    ClassRow("any", nil, "", .invalidResponse, .model, fault: .tooLarge),
    ClassRow("any", nil, "", .connection, .route),
    ClassRow(
      "any", 307, "", .redirect, .route, headers: [("location", "https://elsewhere.example/")]),
    ClassRow("any", 502, "<html>Bad Gateway</html>", .serverError, .route),
    ClassRow("any", 522, "<html>Connection timed out</html>", .serverError, .route),
    ClassRow("any", 503, "<html>Service Unavailable</html>", .overloaded, .route),
    ClassRow("any", 429, "<html>error 1015 you are being rate limited</html>", .rateLimit, .route),
    ClassRow("any", 402, "Payment Required", .payment, .route),
    ClassRow("any", 401, "", .auth, .credential),
    ClassRow("any", 401, "Unauthorized", .auth, .route),
    ClassRow("any", 407, "", .connection, .route),
    ClassRow("any", 511, "<html>portal</html>", .connection, .route),
    ClassRow("any", 409, Bodies.message("conflict"), .serverError, .route),
    ClassRow("any", 425, "", .overloaded, .model),
    ClassRow("any", 405, "", .wrongEndpoint, .route),
    ClassRow("any", 418, Bodies.message("I'm a teapot"), .invalidRequest, .request),
    ClassRow("any", 999, "", .invalidResponse, .route),
    ClassRow("any", -1, "", .invalidResponse, .route),
    ClassRow(
      "any", 500, Bodies.openAI("429", "upstream said too many requests"), .rateLimit, .credential),
    ClassRow("any", 400, Bodies.openAI("invalid_grant", "revoked"), .auth, .credential),
    ClassRow(
      "any", 402, Bodies.plain("Usage limit hit, try again in 5 minutes"), .rateLimit, .credential,
      wait: 300_000),
    ClassRow(
      "any", 429, Bodies.plain("slow down"), .quota, .credential, headers: [("retry-after", "301")],
      wait: 301_000),
    ClassRow(
      "any", 429, Bodies.plain("slow down"), .rateLimit, .credential,
      headers: [("retry-after", "300")], wait: 300_000),
  ]
}
