/**
 * Tests of certificates in files. The files in the resources were made by OpenSSL 3.0: each key of a certificate in the
 * formats that OpenSSL writes. The password is {@code secret}.
 */
package io.apexproxy.runtime.certificate;
