package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.certificate.PemText.Block;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reader of certificates from files, with or without their private keys. All methods block. Any thread. */
public final class CertificateReader {

    /** More than a chain of 100 certificates. A file without an end, such as a device, must not fill the heap. */
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final String CERTIFICATE = "CERTIFICATE";

    private CertificateReader() {
    }

    /**
     * Reads a certificate and its private key from PEM files.
     *
     * @param certificates the certificate, followed by those of its issuers
     * @param key the key in PKCS#8, PKCS#1 or SEC 1; can be the same file
     * @param password the file with the password of an encrypted key, whose first line counts
     * @throws CertificateFileException if a file cannot be read or is invalid, or if the key does not fit
     */
    public static ServerCertificate readPem(Path certificates, Path key, Optional<Path> password)
            throws CertificateFileException {
        List<X509Certificate> chain = readCertificates(certificates);
        Optional<char[]> secret = password.isPresent() ? Optional.of(readPassword(password.get())) : Optional.empty();
        try {
            PrivateKey privateKey = new PrivateKeyReader(key, PemText.parse(key, readText(key)),
                    chain.get(0).getPublicKey().getAlgorithm()).read(secret);
            return certificate(privateKey, chain, key);
        } finally {
            secret.ifPresent(characters -> Arrays.fill(characters, '\0'));
        }
    }

    /**
     * Reads a certificate and its private key from a PKCS#12 store that has exactly one key.
     *
     * @param store the file of the store
     * @param password the file with its password, whose first line counts
     * @throws CertificateFileException if a file cannot be read or is invalid, or if the store has several keys or none
     */
    public static ServerCertificate readStore(Path store, Path password) throws CertificateFileException {
        char[] secret = readPassword(password);
        try (InputStream content = new ByteArrayInputStream(read(store))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(content, secret);
            List<String> aliases = new ArrayList<>();
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.isKeyEntry(alias)) {
                    aliases.add(alias);
                }
            }
            if (aliases.size() != 1) {
                throw new CertificateFileException(store, "expected one private key, found " + aliases.size());
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : keys.getCertificateChain(aliases.get(0))) {
                chain.add((X509Certificate) each);
            }
            return certificate((PrivateKey) keys.getKey(aliases.get(0), secret), chain, store);
        } catch (IOException | GeneralSecurityException | ClassCastException e) { // no cause: its text can have bytes
            throw new CertificateFileException(store, "not a PKCS#12 store, or the password is wrong");
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /**
     * Reads the certificates of a PEM file, which can have any other text around them.
     *
     * @return at least one certificate
     * @throws CertificateFileException if the file cannot be read, has none, or has an invalid one
     */
    public static List<X509Certificate> readCertificates(Path file) throws CertificateFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : PemText.parse(file, readText(file))) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(file, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateFileException(file,
                    "no certificate in PEM found; expected a block -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    private static X509Certificate certificate(Path file, Block block) throws CertificateFileException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) { // no cause: its text can have bytes of the file
            throw new CertificateFileException(file, block.line(), "the certificate is not valid X.509");
        }
    }

    private static ServerCertificate certificate(PrivateKey key, List<X509Certificate> chain, Path keyFile)
            throws CertificateFileException {
        if (!KeyMatch.fits(key, chain.get(0).getPublicKey())) {
            throw new CertificateFileException(keyFile, "the private key does not fit the certificate; set the"
                    + " key with which the certificate was requested");
        }
        return new ServerCertificate(key, chain, CertificateNames.of(chain.get(0)));
    }

    private static char[] readPassword(Path file) throws CertificateFileException {
        return readText(file).lines().findFirst().orElse("").toCharArray();
    }

    private static String readText(Path file) throws CertificateFileException {
        return new String(read(file), StandardCharsets.ISO_8859_1);
    }

    private static byte[] read(Path file) throws CertificateFileException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw new CertificateFileException(file, "larger than " + MAX_FILE_BYTES + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new CertificateFileException(file, "no such file; create it, or correct the path");
        } catch (AccessDeniedException e) {
            throw new CertificateFileException(file, "cannot be read: access denied; permit it to the user of Apex");
        } catch (IOException e) {
            throw new CertificateFileException(file, "cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
