package io.apexproxy.runtime.tls.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The digest of the content of files. It is equal for equal content, and never shown. */
final class FileDigest {

    /** Readers of certificates accept no larger file, so a difference after this number of bytes is of no use. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    private FileDigest() {
    }

    /** Reads the files. A file that cannot be read contributes the reason. Blocks. */
    static String of(List<Path> files) {
        MessageDigest digest = sha256();
        for (Path file : files) {
            byte[] content = content(file);
            digest.update(Integer.toString(content.length).getBytes(StandardCharsets.US_ASCII));
            digest.update(content);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            return e.getClass().getName().getBytes(StandardCharsets.UTF_8);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
