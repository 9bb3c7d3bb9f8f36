/// A field that every span, trace, event, link or scope has; the raw value is how it is written.
package enum Intrinsic: String, Sendable, Hashable, CaseIterable {
  case name
  case status
  case statusMessage
  case kind
  case duration
  case rootName
  case rootServiceName
  case traceDuration
  case nestedSetLeft
  case nestedSetRight
  case nestedSetParent
  case traceID = "trace:id"
  case spanID = "span:id"
  case parentID = "span:parentID"
  case childCount = "span:childCount"
  case eventName = "event:name"
  case eventTimeSinceStart = "event:timeSinceStart"
  case linkTraceID = "link:traceID"
  case linkSpanID = "link:spanID"
  case instrumentationName = "instrumentation:name"
  case instrumentationVersion = "instrumentation:version"
}
