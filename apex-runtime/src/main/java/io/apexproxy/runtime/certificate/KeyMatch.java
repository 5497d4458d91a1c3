package io.apexproxy.runtime.certificate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;

/** Check whether a private key belongs to the public key of a certificate. */
final class KeyMatch {

    private static final byte[] TEXT = "any text".getBytes(StandardCharsets.US_ASCII);

    private KeyMatch() {
    }

    static boolean fits(PrivateKey key, PublicKey certified) {
        if (key instanceof RSAKey own && certified instanceof RSAKey other) {
            return own.getModulus().equals(other.getModulus());
        }
        try {
            Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC")
                    ? "SHA256withECDSA" : key.getAlgorithm());
            signature.initSign(key);
            signature.update(TEXT);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(TEXT);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) { // keys of different types, or of a type that cannot sign
            return false;
        }
    }
}
