import type { Readable } from 'openapi-typescript-helpers'
import type { components } from '@/api/schema'

// As the client answers them: without what can only be written.
type Schemas = Readable<components['schemas']>

export type User = Schemas['UserOut']
export type Authenticated = Schemas['SessionOut']
export type Providers = Schemas['ProviderListOut']
/** An account elsewhere that lets in. */
export type Identity = Schemas['IdentityOut']
export type PendingLink = Schemas['PendingLinkOut']
export type Reading = Schemas['ReadingOut']
/** Without an account: nothing of it is kept. */
export type TriedReading = Schemas['TriedReadingOut']
export type Trial = Schemas['TrialOut']
export type ReadingSummary = Schemas['ReadingSummaryOut']
export type ReadingList = Schemas['ReadingListOut']
/** What may be written in a picture: digits, or also the marks of a number. */
export type Symbols = NonNullable<Schemas['Body_create_reading']['symbols']>
export type Page = Schemas['PageOut']
export type Symbol = Schemas['SymbolOut']
export type Issue = Schemas['IssueOut']
export type IssueCode = Schemas['IssueCode']
export type Stages = Schemas['StagesOut']
export type PageStages = Schemas['PageStagesOut']
export type StagePicture = Schemas['StagePictureOut']
export type Status = Schemas['Status']
export type Problem = Schemas['Problem']
/** What a person says of a part of a reading. */
export type NewFeedback = Schemas['FeedbackIn']
export type Feedback = Schemas['FeedbackOut']
export type Device = Schemas['DeviceOut']
export type ApiKey = Schemas['KeyOut']
export type NewApiKey = Schemas['NewKeyIn']
/** The one time that a key is told. */
export type MadeApiKey = Schemas['NewKeyOut']
export type Usage = Schemas['UsageOut']
export type UsageLine = Schemas['UsageLineOut']
export type Standing = Schemas['StandingOut']
export type Statement = Schemas['StatementOut']
/** An account, as admins see it. */
export type AdminUser = Schemas['AdminUserOut']
export type AdminUserDetail = Schemas['AdminUserDetailOut']
export type AdminUserList = Schemas['AdminUserListOut']
export type AuditAction = Schemas['Action']
export type AuditEvent = Schemas['AuditEventOut']
export type AuditList = Schemas['AuditListOut']
/** Somebody whom the audit log names. */
export type AuditPerson = Schemas['PersonOut']
/** A correction that contradicts networks which were sure. */
export type Correction = Schemas['CorrectionOut']
export type CorrectionList = Schemas['CorrectionListOut']
/** What such a correction says of some symbols. */
export type Doubt = Schemas['DoubtOut']
/** A network that reads, and its versions. */
export type Network = Schemas['NetworkOut']
export type NetworkVersion = Schemas['NetworkVersionOut']
/** What was measured of a network with one set of pictures. */
export type NetworkResult = Schemas['ResultOut']
export type ReliabilityBin = Schemas['BinOut']
/** A network as admins see it: all versions, which reads, and what went wrong. */
export type AdminNetwork = Schemas['AdminNetworkOut']
export type AdminNetworkList = Schemas['AdminNetworkListOut']
export type NetworkActivation = Schemas['ActivationOut']
/** A version that reads along, or did. */
export type NetworkChallenger = Schemas['ChallengerOut']
export type NetworkComparison = Schemas['ComparisonOut']
/** How often people corrected what a version read. */
export type LiveVersion = Schemas['LiveVersionOut']
export type Live = Schemas['LiveOut']
