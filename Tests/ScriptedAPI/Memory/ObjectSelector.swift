internal import JSON
internal import Kubernetes

/// Which objects a scope means: labels by equality and presence, fields by equality.
struct ObjectSelector {
    private enum Test {
        case equal(String), notEqual(String), present, absent
    }

    private let scope: ObjectScope
    private let labels: [(name: String, test: Test)]
    private let fields: [(name: String, test: Test)]

    init(_ scope: ObjectScope) throws(APIError) {
        self.scope = scope
        labels = try Self.parse(scope.labelSelector ?? "")
        fields = try Self.parse(scope.fieldSelector ?? "")
    }

    func matches(_ object: KubernetesObject) -> Bool {
        if let namespace = scope.namespace, object.namespace != namespace { return false }
        let present = object.labels
        return labels.allSatisfy { Self.check($0.test, present[$0.name]) }
            && fields.allSatisfy { Self.check($0.test, Self.field($0.name, of: object) ?? "") }
    }

    private static func check(_ test: Test, _ value: String?) -> Bool {
        switch test {
        case .equal(let wanted): value == wanted
        case .notEqual(let unwanted): value != unwanted
        case .present: value != nil
        case .absent: value == nil
        }
    }

    private static func field(_ path: String, of object: KubernetesObject) -> String? {
        var node = object.json
        for name in path.split(separator: ".") {
            guard let child = node[String(name)] else { return nil }
            node = child
        }
        return node.stringValue
    }

    private static func parse(_ text: String) throws(APIError) -> [(name: String, test: Test)] {
        var tests: [(name: String, test: Test)] = []
        for part in text.split(separator: ",") {
            guard !part.contains("("), !part.contains(" ") else {
                throw APIError(.invalid, "this server does not know the selector \(text)", status: 400)
            }
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            switch (sides.count, sides[0].last, part.first) {
            case (1, _, "!"): tests.append((String(part.dropFirst()), .absent))
            case (1, _, _): tests.append((String(part), .present))
            case (2, "!", _): tests.append((String(sides[0].dropLast()), .notEqual(sides[1])))
            case (2, _, _): tests.append((sides[0], .equal(sides[1])))
            case (3, _, _) where sides[1].isEmpty: tests.append((sides[0], .equal(sides[2])))
            default: throw APIError(.invalid, "this server does not know the selector \(text)", status: 400)
            }
        }
        return tests
    }
}
