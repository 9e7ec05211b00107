/// Is told how the pipeline's tasks fare, for health and readiness.
package protocol PipelineObserver: Sendable {
    /// A task's poll loop has turned once more.
    func taskTurned(_ task: Int)
    /// A task received its first assignment, empty or not.
    func taskJoined(_ task: Int)
    /// A task has ended.
    func taskEnded(_ task: Int)
}
