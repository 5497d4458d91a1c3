package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.certificate.PemText.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reader of a private key in PEM: PKCS#8, also encrypted, PKCS#1 and SEC 1. Pure.
 *
 * <p>The certificate determines the algorithm, because the formats name it in different ways.
 */
final class PrivateKeyReader {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS8_ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String SEC1_CURVE = "EC PARAMETERS";

    private final Path file;
    private final List<Block> blocks;
    private final String algorithm;

    /**
     * Creates a reader.
     *
     * @param file the name of the file, for messages
     * @param blocks the blocks of the file
     * @param algorithm the algorithm of the certificate's public key, such as {@code RSA}
     */
    PrivateKeyReader(Path file, List<Block> blocks, String algorithm) {
        this.file = file;
        this.blocks = blocks;
        this.algorithm = algorithm;
    }

    /**
     * Returns the first private key of the file.
     *
     * @param password the password of an encrypted key; empty if there is none. The caller clears it.
     */
    PrivateKey read(Optional<char[]> password) throws CertificateFileException {
        Block block = blocks.stream().filter(each -> each.label().endsWith(PKCS8)).findFirst()
                .orElseThrow(() -> new CertificateFileException(file, "no private key in PEM found; expected a block"
                        + " such as -----BEGIN PRIVATE KEY-----"));
        if (block.isEncrypted()) {
            throw failure(block,
                    "the key is encrypted in the format before PKCS#8; convert it with openssl pkcs8 -topk8");
        }
        byte[] encoded = switch (block.label()) {
            case PKCS8 -> block.content();
            case PKCS8_ENCRYPTED -> decrypt(block, password);
            case PKCS1 -> Der.ofRsa(block.content());
            case SEC1 -> Der.ofEc(block.content(), curve(block));
            default -> throw failure(block, "the format " + block.label() + " is not supported; convert it with openssl"
                    + " pkcs8 -topk8");
        };
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | RuntimeException e) { // no cause: its text can have bytes of the key
            throw failure(block, "the key is not valid, or it does not fit the certificate, whose key is of type "
                    + algorithm);
        }
    }

    /** Returns the identifier of the curve: in the key, or in a block before it, as OpenSSL writes both. */
    private byte[] curve(Block key) throws CertificateFileException {
        Optional<byte[]> inside = Der.curve(key.content());
        return inside.isPresent() ? inside.get()
                : blocks.stream().filter(block -> block.label().equals(SEC1_CURVE)).map(Block::content).findFirst()
                        .orElseThrow(() -> failure(key, "the key does not name its curve; convert it with openssl"
                                + " pkcs8 -topk8"));
    }

    private byte[] decrypt(Block block, Optional<char[]> password) throws CertificateFileException {
        if (password.isEmpty()) {
            throw failure(block, "the key is encrypted; set key_password_file, or decrypt the key");
        }
        PBEKeySpec secret = new PBEKeySpec(password.get());
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(block.content());
            AlgorithmParameters parameters = info.getAlgParameters();
            String scheme = parameters == null ? info.getAlgName() : parameters.toString(); // that of PBES2
            SecretKey key = SecretKeyFactory.getInstance(scheme).generateSecret(secret);
            Cipher cipher = Cipher.getInstance(scheme);
            cipher.init(Cipher.DECRYPT_MODE, key, parameters);
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException | IOException | RuntimeException e) { // as above
            throw failure(block, "the key cannot be decrypted: the password is wrong, or the scheme is not one of PBES2"
                    + " with AES");
        } finally {
            secret.clearPassword();
        }
    }

    private CertificateFileException failure(Block block, String reason) {
        return new CertificateFileException(file, block.line(), reason);
    }
}
