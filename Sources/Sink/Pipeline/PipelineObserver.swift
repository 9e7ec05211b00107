/// Is told how the pipeline's tasks are doing, for health and readiness.
package protocol PipelineObserver: Sendable {
    /// A task begins, and has not joined the group yet; also one that takes the place of a task that has ended.
    func taskStarted(_ task: Int)
    /// A task's poll loop has turned once more.
    func taskTurned(_ task: Int)
    /// A task received its first assignment, empty or not.
    func taskJoined(_ task: Int)
    /// A task has ended.
    func taskEnded(_ task: Int)
    /// Something is stuck although the tasks run, such as a partition that cannot advance.
    /// - Parameters:
    ///   - key: What it is about; the same key clears it.
    ///   - text: One sentence for whoever asks why the process is not ready.
    func problemAppeared(_ key: String, _ text: String)
    /// The problem with this key is over, if there was one.
    func problemCleared(_ key: String)
}

extension PipelineObserver {
    package func taskStarted(_ task: Int) {}
    package func problemAppeared(_ key: String, _ text: String) {}
    package func problemCleared(_ key: String) {}
}
