package io.apexproxy.runtime.certificate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Parser of PEM files: blocks of Base64 between lines such as {@code -----BEGIN CERTIFICATE-----}. Text around the
 * blocks is ignored, as tools write it there for readers. Pure.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class PemText {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    /** A header of the format before PKCS#8, in which OpenSSL encrypted keys with MD5. */
    private static final String ENCRYPTED = "Proc-Type: 4,ENCRYPTED";

    private final Path file;
    private final List<Block> blocks = new ArrayList<>();
    private Optional<Block> open = Optional.empty();
    private StringBuilder base64 = new StringBuilder();

    /**
     * A block of the file.
     *
     * @param label its type, such as {@code CERTIFICATE}
     * @param line the number of its first line, from 1
     * @param isEncrypted whether it has a header that says so; the content is not decoded then
     * @param content the decoded bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by no code
    record Block(String label, int line, boolean isEncrypted, byte[] content) {
    }

    private PemText(Path file) {
        this.file = file;
    }

    /**
     * Parses the text of a file.
     *
     * @param file the name of the file, for messages
     * @param text its content
     * @return the blocks in their order; empty if there are none
     * @throws CertificateFileException if a block does not end, or is not Base64
     */
    static List<Block> parse(Path file, String text) throws CertificateFileException {
        PemText pem = new PemText(file);
        int line = 0;
        for (String content : text.lines().toList()) {
            line++;
            pem.add(content.strip(), line);
        }
        if (pem.open.isPresent()) {
            throw pem.failure("the block has no end line");
        }
        return List.copyOf(pem.blocks);
    }

    private void add(String content, int line) throws CertificateFileException {
        if (content.startsWith(BEGIN) && content.endsWith(DASHES)) {
            if (open.isPresent()) {
                throw failure("the block has no end line");
            }
            String label = content.substring(BEGIN.length(), content.length() - DASHES.length());
            open = Optional.of(new Block(label, line, false, new byte[0]));
            base64 = new StringBuilder();
        } else if (open.isPresent()) {
            addToBlock(content);
        }
    }

    private void addToBlock(String content) throws CertificateFileException {
        Block block = open.orElseThrow();
        if (content.equals(END + block.label() + DASHES)) {
            blocks.add(new Block(block.label(), block.line(), block.isEncrypted(),
                    block.isEncrypted() ? new byte[0] : decode()));
            open = Optional.empty();
        } else if (content.equals(ENCRYPTED)) {
            open = Optional.of(new Block(block.label(), block.line(), true, block.content()));
        } else {
            base64.append(content);
        }
    }

    private byte[] decode() throws CertificateFileException {
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) { // its message has a character of the file
            throw failure("the block is not Base64");
        }
    }

    private CertificateFileException failure(String reason) {
        return new CertificateFileException(file, open.orElseThrow().line(), reason);
    }
}
