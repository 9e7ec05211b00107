/// Decides what to do about credentials that change while a sink runs; it knows no clock and no file.
///
/// A change counts when two looks in a row see the same: files are not written all at once, and a user and a password may
/// stand in two of them. What cannot be read is told once, and the old value stays.
package struct RotationState: Sendable {
    /// What a look asks for.
    package enum Step: Sendable, Hashable {
        /// Something is different: look again soon.
        case lookAgain
        /// Something cannot be read, which has not been told yet.
        case unreadable(String)
        /// What could not be read can be read again.
        case readable
        /// Clients take another user and password.
        case logins([ClientName: ClientSnapshot.Login])
        /// Clients have to be made anew: those that changed. It is said at each look until that was done.
        case restart([ClientName])
    }

    private var current: [ClientName: ClientSnapshot]
    private var seen: [ClientName: ClientSnapshot]?
    private var told: ClientProblems?

    /// Begins with what the clients were made with.
    package init(_ current: [ClientName: ClientSnapshot]) { self.current = current }

    /// Takes in what was read just now.
    /// - Returns: What to do about it, in order.
    package mutating func take(_ look: Result<[ClientName: ClientSnapshot], ClientProblems>) -> [Step] {
        switch look {
        case .failure(let problems):
            seen = nil
            guard told != problems else { return [] }
            told = problems
            return [.unreadable(problems.description)]
        case .success(let new):
            defer { told = nil }
            return (told == nil ? [] : [.readable]) + compare(new)
        }
    }

    private mutating func compare(_ new: [ClientName: ClientSnapshot]) -> [Step] {
        guard new != current else {
            seen = nil
            return []
        }
        guard new == seen else {
            seen = new
            return [.lookAgain]
        }
        let old = current
        let changed = ClientName.allCases.filter { old[$0] != new[$0] }
        let remade = changed.filter { name in
            guard let before = old[name], let after = new[name] else { return true }
            return !after.differsInLoginOnly(from: before)
        }
        guard remade.isEmpty else { return [.restart(remade)] }
        current = new
        seen = nil
        var logins: [ClientName: ClientSnapshot.Login] = [:]
        for name in changed { logins[name] = new[name]?.login }
        return [.logins(logins)]
    }
}
