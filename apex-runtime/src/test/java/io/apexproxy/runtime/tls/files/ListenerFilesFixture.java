package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.tls.ClientContext;
import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.EnginePair;
import io.apexproxy.runtime.tls.ServerTls;
import io.apexproxy.runtime.tls.TlsFixture;
import io.apexproxy.runtime.tls.TlsProvider;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a listener in a temporary directory. The thread of the files is not started: each test looks at the files
 * itself, and chooses the time of a look.
 */
abstract class ListenerFilesFixture {

    static final String KEY = "listeners.web.tls.certificates[0]";

    @TempDir
    Path directory;
    final TlsProvider library = TlsProvider.ofJdk();
    final Instant start = Instant.now();
    final LogCapture log = LogCapture.of("apex.tls");
    TlsFiles files;

    @BeforeEach
    void copy() throws IOException {
        put("a-ec", "a-ec", "a");
        files = new TlsFiles(directory, library);
    }

    @AfterEach
    void close() {
        files.close();
        log.close();
    }

    /** Writes a certificate and a key over the files of another name. */
    void put(String certificate, String key, String name) throws IOException {
        putCertificate(certificate, name);
        putKey(key, name);
    }

    void putCertificate(String certificate, String name) throws IOException {
        Files.write(directory.resolve(name + ".pem"), Files.readAllBytes(TlsFixture.file(certificate + ".pem")));
    }

    void putKey(String key, String name) throws IOException {
        Path file = directory.resolve(name + ".key");
        Files.write(file, Files.readAllBytes(TlsFixture.file(key + ".key")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    static ListenerTls settings(CertificateFiles... certificates) {
        return new ListenerTls(List.of(certificates), TlsVersion.TLS_1_2, List.of(), Optional.empty(),
                UnknownName.FIRST);
    }

    static CertificateFiles pem(String name) {
        return TlsFixture.pem(Path.of(""), name, KEY);
    }

    private static ListenerConfig listener(String name, ListenerTls tls) {
        return new ListenerConfig(name, List.of(), Set.of(), RoutingConfig.to("p"), 0, Duration.ZERO, Duration.ZERO,
                Optional.empty(), Optional.empty(), false, AccessConfig.OPEN, Optional.of(tls));
    }

    PreparedTls prepare(ListenerTls tls) {
        Problems problems = new Problems();
        PreparedTls prepared = files.prepare(List.of(listener("web", tls)), List.of(), problems);
        problems.throwIfAny();
        return prepared;
    }

    ServerTls run(ListenerTls tls) {
        PreparedTls prepared = prepare(tls);
        files.use(prepared);
        return prepared.listener("web").orElseThrow();
    }

    /** Returns which certificate a client gets. */
    static String served(ServerTls server) throws Exception {
        ClientTls client = new ClientContext(TlsFixture.pool(false, ""), Optional.empty(), Optional.empty(),
                TlsProvider.ofJdk());
        EnginePair pair = EnginePair.shake(client.newEngine("a.example", 1), server.newEngine(Optional.empty()));
        return Stream.of("a-ec", "a-rsa", "b-ec", "client").filter(name -> TlsFixture.certificate(name).leaf()
                .equals(peer(pair))).findFirst().orElse("another");
    }

    private static Object peer(EnginePair pair) {
        try {
            return pair.clientSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks at the files a number of seconds after the start of the test. */
    void look(long seconds) {
        files.look(start.plusSeconds(seconds));
    }

    List<String> problemsOf(ListenerTls tls) {
        Problems problems = new Problems();
        files.prepare(List.of(listener("web", tls)), List.of(), problems);
        return problems.list().stream().map(Object::toString).toList();
    }

    static String errors(LogCapture log) {
        return log.lines().stream().filter(line -> line.startsWith("ERROR")).collect(Collectors.joining("\n"));
    }
}
