/// What a query or a part of it will do: which columns come out, and how its rows are made.
struct QueryPlan {
    /// The columns of the rows, hidden ones included.
    var columns: [Column]
    /// Pushes all rows into a stage; the caller finishes the stage.
    let run: (any QueryStage) throws -> Void
}
