/// OpenTelemetry's names for what X-Ray's segments say, as its collector translates them; keys of
/// objects are joined by points.
enum XRayNames {
  /// Attributes of spans.
  static let attributes: [String: String] = [
    "user": "enduser.id", "in_progress": "aws.xray.inprogress",
    "http.request.method": "http.method", "http.request.url": "http.url",
    "http.request.user_agent": "http.user_agent", "http.request.client_ip": "http.client_ip",
    "http.request.x_forwarded_for": "aws.xray.x_forwarded_for",
    "http.response.status": "http.status_code",
    "http.response.content_length": "http.response_content_length",
    "aws.operation": "aws.operation", "aws.account_id": "aws.account_id",
    "aws.region": "aws.region", "aws.request_id": "aws.request_id",
    "aws.queue_url": "aws.queue_url", "aws.table_name": "aws.table_name",
    "aws.retries": "aws.xray.retries", "sql.url": "db.connection_string",
    "sql.database_type": "db.system", "sql.sanitized_query": "db.statement",
    "sql.user": "db.user",
  ]

  /// Attributes of the resource.
  static let resource: [String: String] = [
    "aws.ec2.availability_zone": "cloud.availability_zone", "aws.ec2.instance_id": "host.id",
    "aws.ec2.instance_size": "host.type", "aws.ec2.ami_id": "host.image.id",
    "aws.ecs.container": "container.name", "aws.ecs.container_id": "container.id",
    "aws.ecs.availability_zone": "cloud.availability_zone",
    "aws.ecs.task_arn": "aws.ecs.task.arn", "aws.ecs.task_family": "aws.ecs.task.family",
    "aws.ecs.cluster_arn": "aws.ecs.cluster.arn",
    "aws.ecs.container_arn": "aws.ecs.container.arn",
    "aws.ecs.launch_type": "aws.ecs.launchtype", "aws.eks.container_id": "container.id",
    "aws.eks.cluster_name": "k8s.cluster.name", "aws.eks.pod": "k8s.pod.name",
    "aws.elastic_beanstalk.environment_name": "service.namespace",
    "aws.elastic_beanstalk.deployment_id": "service.instance.id",
    "aws.elastic_beanstalk.version_label": "service.version",
    "aws.xray.sdk": "telemetry.sdk.name", "aws.xray.sdk_version": "telemetry.sdk.version",
    "service.version": "service.version", "resource_arn": "aws.xray.resource_arn",
  ]

  /// The name of what has none of OpenTelemetry's.
  static func other(_ key: String) -> String {
    key.hasPrefix("aws.") ? key : "aws.xray." + key
  }
}
