package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of certificates that are replaced while clients connect. */
@DisabledOnOs(OS.WINDOWS)
class CertificateRotationIT extends DistributionFixture {

    private static final String NAME = "app.example";
    /** The duration of the rotation in seconds; {@code -Dapex.rotation.seconds=30} for a long one. */
    private static final Duration ROTATION = Duration.ofSeconds(Integer.getInteger("apex.rotation.seconds", 5));
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final int HANDSHAKES_PER_SECOND = 200;
    /** Longer than the 5 s in which a key that does not fit is read again. */
    private static final Duration WRONG_KEY = Duration.ofSeconds(10);
    private static final String FAILED = "apex_tls_reload_failed{certificate=\"" + NAME
            + "\",listener=\"web\",pool=\"\"}";
    private static final String EXPIRY = "apex_tls_certificate_expiry_seconds{certificate=\"" + NAME
            + "\",listener=\"web\",pool=\"\"}";

    private final int port = FreePorts.next();

    /** How the files are replaced. */
    enum Replacement {
        /** Each file by a rename, the certificate first. */
        RENAME {
            @Override
            void put(Path directory, KeyPairFiles next) throws IOException {
                replace(directory.resolve("tls.crt"), Files.readAllBytes(next.certificate()));
                replace(directory.resolve("tls.key"), Files.readAllBytes(next.key()));
            }
        },
        /** Both files together by a link to their directory, as for a secret of Kubernetes. */
        KUBERNETES {
            @Override
            void put(Path directory, KeyPairFiles next) throws IOException {
                Path version = Files.createTempDirectory(directory, "..version");
                Files.copy(next.certificate(), version.resolve("tls.crt"));
                Files.copy(next.key(), version.resolve("tls.key"));
                Path before = directory.resolve("..data");
                Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
                Files.move(link, before, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                for (String file : List.of("tls.crt", "tls.key")) {
                    if (Files.notExists(directory.resolve(file))) {
                        Files.createSymbolicLink(directory.resolve(file), Path.of("..data", file));
                    }
                }
            }
        };

        abstract void put(Path directory, KeyPairFiles next) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Replacement.class)
    void noHandshakeFailsWhileTheCertificateIsReplaced(Replacement replacement) throws IOException {
        Authority authority = Authority.created(directory, "authority", Authority.EC);
        List<KeyPairFiles> pairs = List.of(authority.issue("a", NAME), authority.issue("b", NAME));
        Path files = Files.createDirectory(directory.resolve("certificate"));
        replacement.put(files, pairs.get(0));
        try (var backend = TestServer.greeting("hello"); var proxy = start(files, backend);
                var clients = HandshakeLoad.started(JdkTls.client(authority), port, NAME, HANDSHAKES_PER_SECOND)) {
            Instant end = Instant.now().plus(ROTATION);
            for (int round = 1; Instant.now().isBefore(end); round++) {
                replacement.put(files, pairs.get(round % 2));
                LockSupport.parkNanos(PERIOD.toNanos());
            }
            replacement.put(files, pairs.get(1));
            await().atMost(ApexProcess.PATIENCE).until(() -> clients.lastOrganization().equals("b"));

            assertThat(clients.failures()).isEmpty();
            assertThat(clients.organizations()).containsOnlyKeys("a", "b");
            assertThat(proxy.output()).filteredOn(line -> line.contains("replaced; in use now")).hasSizeGreaterThan(2);
            assertThat(proxy.output()).noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
        }
    }

    private static void awaitMetrics(Admin admin, double failed, Instant expiry) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(admin.metrics())
                .containsEntry(FAILED, failed).containsEntry(EXPIRY, seconds(expiry)));
    }

    @Test
    void wrongKeyIsReportedOnceAndTheOldPairServes() throws IOException {
        Authority authority = Authority.created(directory, "authority", Authority.EC);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant expiry = now.plus(20, ChronoUnit.DAYS);
        Instant nextExpiry = now.plus(25, ChronoUnit.DAYS);
        KeyPairFiles old = authority.issue("old", NAME, now.minus(1, ChronoUnit.DAYS), expiry);
        KeyPairFiles next = authority.issue("next", NAME, now.minus(1, ChronoUnit.DAYS), nextExpiry);
        Path files = Files.createDirectory(directory.resolve("certificate"));
        Replacement.RENAME.put(files, old);
        try (var backend = TestServer.greeting("hello"); var proxy = start(files, backend);
                var clients = HandshakeLoad.started(JdkTls.client(authority), port, NAME, 10)) {
            Admin admin = Admin.of(proxy);
            assertThat(admin.metrics()).containsEntry(FAILED, 0.0).containsEntry(EXPIRY, seconds(expiry));

            replace(files.resolve("tls.crt"), Files.readAllBytes(next.certificate())); // and not yet its key
            await().atMost(ApexProcess.PATIENCE).until(() -> clients.lastOrganization().equals("old"));
            await().during(WRONG_KEY).atMost(WRONG_KEY.plus(ApexProcess.PATIENCE))
                    .until(() -> clients.lastOrganization().equals("old"));
            assertThat(proxy.awaitLine(" ERROR ")).contains("listeners.web.tls.certificates[0].cert_file: ",
                    "the private key does not fit the certificate",
                    "still in use: certificate of CN=app.example,O=old");
            awaitMetrics(admin, 1, expiry);

            replace(files.resolve("tls.key"), Files.readAllBytes(next.key()));
            await().atMost(ApexProcess.PATIENCE).until(() -> clients.lastOrganization().equals("next"));
            awaitMetrics(admin, 0, nextExpiry);
            assertThat(clients.failures()).isEmpty();
            assertThat(proxy.output()).filteredOn(line -> line.contains(" ERROR ")).hasSize(1);
        }
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond();
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path aside = Files.write(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rw-------"));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private ApexProcess start(Path files, TestServer backend) {
        ApexProcess proxy = apex.configure("""
                access_log = "off"
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                first_bytes_timeout = "60s" # the machine of the tests can be busy
                tls = { certificates = [{ cert_file = "%s", key_file = "%s" }] }
                [pools.web]
                backends = ["%s"]
                """.formatted(port, files.resolve("tls.crt"), files.resolve("tls.key"), backend.address())).start();
        proxy.port();
        return proxy;
    }
}
