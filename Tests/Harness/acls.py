"""Rights of users at a broker that has an authorizer."""

from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType, ResourceType,
)

from processes import wait_until


class Grants:
    """What an administrator does about rights; it belongs to a class with `admin`, a client that may do everything."""

    def grant(self, user, *rights):
        """Gives a user rights: each is a kind of resource, the beginning of its name, and an operation."""
        bindings = [self._binding(user, *right) for right in rights]
        for answer in self.admin.create_acls(bindings).values():
            answer.result(60)
        wait_until(lambda: self._rights(user) >= len(bindings), f"{user} has rights", 120, 0.1)

    def revoke(self, user):
        """Takes all rights of a user."""
        for answer in self.admin.delete_acls([self._all_of(user)]).values():
            answer.result(60)
        wait_until(lambda: self._rights(user) == 0, f"{user} has no rights", 120, 0.1)

    def _rights(self, user):
        """How many rights of a user the broker knows."""
        return len(self.admin.describe_acls(self._all_of(user), request_timeout=30).result(60))

    @staticmethod
    def _all_of(user):
        return AclBindingFilter(
            ResourceType.ANY, None, ResourcePatternType.ANY, f"User:{user}", None, AclOperation.ANY, AclPermissionType.ANY
        )

    @staticmethod
    def _binding(user, kind, prefix, operation):
        return AclBinding(
            ResourceType[kind], prefix, ResourcePatternType.PREFIXED, f"User:{user}", "*", AclOperation[operation],
            AclPermissionType.ALLOW,
        )
