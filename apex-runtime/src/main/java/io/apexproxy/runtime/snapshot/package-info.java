/**
 * An immutable view of a running proxy at one moment.
 *
 * <p>The package depends on no component that it describes, so that consumers such as the admin endpoint do not either.
 */
package io.apexproxy.runtime.snapshot;
