package io.apexproxy.dist.client;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A credential cache of Kerberos with a ticket that no server accepts. With it, libpq asks for GSSAPI encryption before
 * TLS, as it does after a login with Kerberos.
 *
 * @see <a href="https://web.mit.edu/kerberos/krb5-latest/doc/formats/ccache_file_format.html">Credential cache file
 *     format</a>
 */
final class CredentialCache {

    private static final int VERSION_4 = 0x0504;
    private static final String REALM = "EXAMPLE";
    private static final int NAME_TYPE = 1;
    private static final int AES256 = 18;
    private static final int AES256_KEY_BYTES = 32;
    private static final Duration LIFETIME = Duration.ofHours(1);

    private CredentialCache() {
    }

    /** Returns a program with a cache in a directory. */
    static Program givenTo(Program program, Path directory) throws IOException {
        Path cache = directory.resolve("credentials");
        write(cache);
        Path config = Files.writeString(directory.resolve("krb5.conf"), "");
        return new Program(Stream.of(Program.named("env", "coreutils").command(),
                List.of("KRB5CCNAME=FILE:" + cache, "KRB5_CONFIG=" + config), program.command())
                .flatMap(List::stream).toList());
    }

    private static void write(Path file) throws IOException {
        try (var out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeShort(VERSION_4);
            out.writeShort(0); // no header fields
            principal(out, "apex");
            principal(out, "apex");
            principal(out, "krbtgt", REALM);
            out.writeShort(AES256);
            data(out, new byte[AES256_KEY_BYTES]);
            int now = (int) Instant.now().getEpochSecond();
            out.writeInt(now); // authenticated
            out.writeInt(now); // start
            out.writeInt(now + (int) LIFETIME.toSeconds());
            out.writeInt(0); // not renewable
            out.writeByte(0); // no session key of a user
            out.writeInt(0); // no flags
            out.writeInt(0); // no addresses
            out.writeInt(0); // no authorization data
            data(out, new byte[1]); // the ticket
            data(out, new byte[0]); // no second ticket
        }
    }

    private static void principal(DataOutputStream out, String... components) throws IOException {
        out.writeInt(NAME_TYPE);
        out.writeInt(components.length);
        data(out, REALM.getBytes(StandardCharsets.US_ASCII));
        for (String component : components) {
            data(out, component.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void data(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
