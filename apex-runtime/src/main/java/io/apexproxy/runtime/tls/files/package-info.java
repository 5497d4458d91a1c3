/**
 * The files of TLS: read at the start and at a change of the configuration, and watched in between.
 *
 * <p>{@link io.apexproxy.runtime.tls.files.TlsFiles} has the TLS of all listeners and pools. One thread looks at all
 * files every half second. A look reads the attributes of a file; only files whose attributes have changed are read.
 * A valid change replaces the contexts of a listener or pool as a whole, and the previous content stays otherwise.
 */
package io.apexproxy.runtime.tls.files;
