/**
 * Wire formats of the first bytes of a connection. Parsers and encoders are pure: no channel, no clock.
 */
package io.apexproxy.runtime.protocol;
