extension Reason { public var ruleID: String { "\(self)" }
public var text: String { "\(self)" } }
