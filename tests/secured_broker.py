"""A broker that lets nobody in without TLS, a name and a password, and allows nobody anything that was not granted."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from brokers import Broker
from certificates import Authority
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from ports import free_port

REAUTHENTICATION_SECONDS = 2.0
"""After so long a connection must show its credentials again."""

_SETTINGS = """
listeners=PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@,{listeners}
advertised.listeners=PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@,{listeners}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL,CERTIFIED:SSL
listener.name.certified.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512,OAUTHBEARER
listener.name.secured.scram-sha-512.sasl.jaas.config=\\
    org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secured.oauthbearer.sasl.jaas.config=\\
    org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
connections.max.reauth.ms={reauthentication}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""
"""The plain listener is for the tests' own hand, which looks after users and what they may."""

_OPERATIONS = {operation.name.replace("_", "").lower(): operation for operation in AclOperation}

Acl = TypeVar("Acl", AclBinding, AclBindingFilter)


class SecuredBroker(Broker):
    """`url` and `servers` are those of the listener by TLS and SASL."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self._secured_port, self._certified_port = free_port(), free_port()
        settings = folder / "secured.properties"
        settings.write_text(
            _SETTINGS.format(
                listeners=f"SECURED://{self.servers},CERTIFIED://127.0.0.1:{self._certified_port}",
                keystore=self.authority.sign("broker", "IP:127.0.0.1"),
                authority=self.authority.certificate,
                reauthentication=int(REAUTHENTICATION_SECONDS * 1000),
            )
        )
        super().__init__(folder, settings)

    @property
    def servers(self) -> str:
        """As in `bootstrap.servers`."""
        return f"127.0.0.1:{self._secured_port}"

    @property
    def plain_url(self) -> str:
        """Where everybody may do everything."""
        return f"kafka://127.0.0.1:{self.port}"

    @property
    def certified_url(self) -> str:
        """Where a client is whom its certificate names: `CN=me`."""
        return f"kafka://127.0.0.1:{self._certified_port}"

    @property
    def tls(self) -> Mapping[str, str]:
        """librdkafka's settings for the way there, without a name and a password."""
        return {"security.protocol": "sasl_ssl", "ssl.ca.location": str(self.authority.certificate)}

    def options(self, user: str, password: str) -> Mapping[str, str]:
        """librdkafka's settings for a user."""
        return {
            **self.tls,
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": user,
            "sasl.password": password,
        }

    def add_user(self, name: str, password: str) -> None:
        """Let a user in, who may do nothing yet."""
        credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        self._alter(UserScramCredentialUpsertion(name, credential, password.encode()))

    def remove_user(self, name: str) -> None:
        """Let the user in no more."""
        self._alter(UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512))

    def grant(self, user: str, topic: str, operations: Iterable[str]) -> None:
        """Allow the user these operations, spelled as Kafka's ACLs spell them."""
        bindings = [_entry(AclBinding, user, topic, operation) for operation in operations]
        with self._admin() as admin:
            for granted in admin.create_acls(bindings).values():
                granted.result()

    def revoke(self, user: str, topic: str, operation: str) -> None:
        """Take back what was granted."""
        with self._admin() as admin:
            [taken] = admin.delete_acls([_entry(AclBindingFilter, user, topic, operation)]).values()
            assert len(taken.result()) == 1

    def _alter(self, change: UserScramCredentialUpsertion | UserScramCredentialDeletion) -> None:
        with self._admin() as admin:
            [altered] = admin.alter_user_scram_credentials([change]).values()
            altered.result()

    def _admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": f"127.0.0.1:{self.port}"})


def _entry(kind: type[Acl], user: str, topic: str, operation: str) -> Acl:
    """An ACL, or a filter that finds it."""
    return kind(
        ResourceType.TOPIC,
        topic,
        ResourcePatternType.LITERAL,
        f"User:{user}",
        "*",
        _OPERATIONS[operation.lower()],
        AclPermissionType.ALLOW,
    )
