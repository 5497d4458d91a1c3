/** Tests of the files of TLS and their replacement. */
package io.apexproxy.runtime.tls.files;
