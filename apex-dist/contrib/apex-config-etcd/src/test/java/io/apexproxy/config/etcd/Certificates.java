package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and certificates signed by it, created by Java's keytool, as PEM files. */
final class Certificates {

    private static final char[] PASSWORD = "password".toCharArray();

    private final Path directory;
    private final Path store;

    /**
     * Creates the authority {@code ca} and the certificates {@code member} (for 127.0.0.1) and {@code apex}, with keys.
     */
    Certificates(Path directory) throws Exception {
        this.directory = directory;
        this.store = directory.resolve("store.p12");
        keytool("ca", "-dname", "CN=authority", "-ext", "bc:c");
        keytool("member", "-dname", "CN=member", "-signer", "ca", "-ext", "san=ip:127.0.0.1",
                "-ext", "eku=serverAuth,clientAuth");
        keytool("apex", "-dname", "CN=apex", "-signer", "ca", "-ext", "eku=clientAuth");
        for (String name : List.of("ca", "member", "apex")) {
            write(name);
        }
    }

    Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private void keytool(String alias, String... more) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair", "-alias", alias,
                "-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private void write(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Files.writeString(certificate(name), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded()));
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN %s-----%n%s%n-----END %1$s-----%n"
                .formatted(type, Base64.getMimeEncoder().encodeToString(bytes));
    }
}
