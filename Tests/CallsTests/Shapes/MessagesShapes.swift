import Fallback

extension ShapeCase {
  /// Whole replies of messages: https://docs.anthropic.com/en/api/messages
  static let messages: [ShapeCase] = [
    ShapeCase(
      "anthropic", "text",
      #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-5-5","content":[{"type":"text","text":"Hi! My name is Claude."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2095,"output_tokens":503,"cache_creation_input_tokens":100,"cache_read_input_tokens":5,"service_tier":"standard"}}"#,
      .usable(
        "Hi! My name is Claude.", input: 2200, output: 503, id: "msg_1", model: "claude-haiku-5-5")),
    ShapeCase(
      "anthropic", "text in several blocks, with citations",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"The grass "},{"type":"text","text":"is green","citations":[{"type":"char_location"}]},{"type":"text","text":"."}],"stop_reason":"stop_sequence","stop_sequence":"\n"}"#,
      .usable("The grass is green.", id: "msg_1", model: "c")),
    ShapeCase(
      "anthropic", "thinking and text",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"thinking","thinking":"Let me see.","signature":"WaUj"},{"type":"redacted_thinking","data":"Emw"},{"type":"text","text":"Yes."}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":30}}"#,
      .usable("Yes.", input: 9, output: 30, id: "msg_1", model: "c")),
    ShapeCase(
      "anthropic", "thinking only",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"thinking","thinking":"Let me see.","signature":"W"}],"stop_reason":"end_turn"}"#,
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "anthropic", "thinking up to the limit",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"thinking","thinking":"Let me","signature":"W"}],"stop_reason":"max_tokens"}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "anthropic", "cut by the limit",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"Hi! My"}],"stop_reason":"max_tokens"}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "anthropic", "cut by the window",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"Hi! My"}],"stop_reason":"model_context_window_exceeded"}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "anthropic", "tool use only",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"location":"Paris"}}],"stop_reason":"tool_use"}"#,
      .failure(.invalidResponse, "reply-tool-calls-only")),
    ShapeCase(
      "anthropic", "a server's tool only",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]}],"stop_reason":"end_turn"}"#,
      .failure(.invalidResponse, "reply-tool-calls-only")),
    ShapeCase(
      "anthropic", "paused",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"Let me look."},{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}],"stop_reason":"pause_turn"}"#,
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "anthropic", "refusal",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"Hel"}],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber"}}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "anthropic", "refusal without a word",
      #"{"id":"msg_1","type":"message","model":"c","content":[],"stop_reason":"refusal"}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "anthropic", "empty",
      #"{"id":"msg_1","type":"message","model":"c","content":[],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":3}}"#,
      .failure(.invalidResponse, "reply-empty")),
    ShapeCase(
      "anthropic", "no stop reason",
      #"{"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"Hi"}],"stop_reason":null}"#,
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "anthropic", "an error",
      #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
      .failure(.overloaded, "overloaded-code")),
    ShapeCase(
      "minimax", "thinking and text",
      #"{"id":"06","type":"message","role":"assistant","model":"MiniMax-M3","content":[{"thinking":"Hm.","signature":"x","type":"thinking"},{"text":"Yes.","type":"text"}],"usage":{"input_tokens":40,"output_tokens":39},"stop_reason":"end_turn","base_resp":{"status_code":0,"status_msg":""}}"#,
      .usable("Yes.", input: 40, output: 39, id: "06", model: "MiniMax-M3")),
  ]

  private static let start =
    #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}"#
  private static let textStart =
    #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
  private static let thinkingStart =
    #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#
  private static let stop = #"{"type":"message_stop"}"#
  private static let blockStop = #"{"type":"content_block_stop","index":0}"#
  private static let ping = #"{"type":"ping"}"#

  private static func said(_ text: String) -> String {
    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
  }

  private static func ends(_ reason: String, usage: String = #"{"output_tokens":15}"#) -> String {
    #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":\#(usage)}"#
  }

  /// Streams of messages: https://docs.anthropic.com/en/docs/build-with-claude/streaming
  static let messagesStreams: [ShapeCase] = [
    ShapeCase(
      "anthropic", "text",
      events(start, textStart, ping, said("Hel"), said("lo!"), blockStop, ends("end_turn"), stop),
      .usable("Hello!", input: 30, output: 15, id: "msg_1", model: "claude")),
    ShapeCase(
      "anthropic", "thinking, then text",
      events(
        start, thinkingStart,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me see."}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}"#,
        blockStop, textStart, said("Yes."), blockStop, ends("end_turn"), stop),
      .usable("Yes.", input: 30, output: 15, id: "msg_1", model: "claude")),
    ShapeCase(
      "anthropic", "thinking only",
      events(start, thinkingStart, blockStop, ends("end_turn"), stop),
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "anthropic", "tool use only",
      events(
        start,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
        blockStop, ends("tool_use"), stop), .failure(.invalidResponse, "reply-tool-calls-only")),
    ShapeCase(
      "anthropic", "cut by the limit",
      events(start, textStart, said("Hel"), blockStop, ends("max_tokens"), stop),
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "anthropic", "refusal",
      events(start, textStart, said("Hel"), blockStop, ends("refusal"), stop),
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "anthropic", "paused",
      events(start, textStart, said("Let me look."), blockStop, ends("pause_turn"), stop),
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "anthropic", "empty", events(start, ends("end_turn"), stop),
      .failure(.invalidResponse, "reply-empty")),
    ShapeCase(
      "anthropic", "cut before the reason", events(start, textStart, said("Hel")),
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "anthropic", "an error on the way",
      events(
        start, textStart, said("Hel"),
        #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#),
      .failure(.overloaded, "overloaded-code")),
    ShapeCase(
      "anthropic", "an error after the reason",
      events(
        start, textStart, said("Hello"), blockStop, ends("end_turn"),
        #"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#),
      .failure(.serverError, "http-500")),
    ShapeCase(
      "anthropic", "an event that nobody knows yet",
      events(
        start, textStart, #"{"type":"future_event","x":[1]}"#, said("Hello"), blockStop,
        ends("end_turn"), stop),
      .usable("Hello", input: 30, output: 15, id: "msg_1", model: "claude")),
    ShapeCase(
      "zai", "counted again at the end, in part by zeros",
      events(
        start, textStart, said("Hello"), blockStop,
        ends(
          "end_turn", usage: #"{"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":3}"#),
        stop), .usable("Hello", input: 30, output: 3, id: "msg_1", model: "claude")),
    ShapeCase(
      "minimax", "all counted at the end",
      events(
        #"{"type":"message_start","message":{"id":"06","model":"MiniMax-M3","role":"assistant","usage":{"input_tokens":0,"output_tokens":0}}}"#,
        textStart, said("Hello"), blockStop,
        ends("end_turn", usage: #"{"input_tokens":40,"output_tokens":39}"#), stop),
      .usable("Hello", input: 40, output: 39, id: "06", model: "MiniMax-M3")),
  ]
}
