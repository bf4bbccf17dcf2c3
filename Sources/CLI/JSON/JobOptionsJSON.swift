import JSONText

/// What the user asked for, as the store keeps it with a job:
/// `{"provider":…,"model":…,"set":{…}}`; what was not given is left out.
enum JobOptionsJSON {
  static func bytes(_ request: JobRequest, _ variables: [String: String]) -> [UInt8] {
    var pairs: [JSONPair] = []
    if let provider = request.provider { pairs.append(JSONPair("provider", .string(provider))) }
    if let model = request.model { pairs.append(JSONPair("model", .string(model))) }
    if !variables.isEmpty { pairs.append(JSONPair("set", .strings(variables))) }
    return JSONValue.object(pairs).encoded()
  }

  /// The variables of stored options.
  static func variables(_ options: [UInt8]) -> [String: String] {
    let members = (try? JSONNode.parse(options))?["set"]?.members ?? []
    return Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { _, last in last }
  }
}
