import { t } from '@lingui/core/macro'
import { Switch } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import classes from '@/features/accounts/profile/learning-setting.module.css'
import { shareCorrectionsMutation } from '@/features/accounts/profile/queries'

/** The consent that the networks learn from what this account corrects. It shows at once what was asked for. */
export function LearningSetting({ isShared }: { isShared: boolean }) {
  const share = useMutation(shareCorrectionsMutation)
  const isOn = share.isPending ? share.variables : isShared
  return (
    <div className={classes.setting}>
      <Switch
        size="md"
        className={classes.switch}
        label={t`Let the networks learn from my corrections`}
        checked={isOn}
        onChange={(event) => {
          if (!share.isPending) share.mutate(event.currentTarget.checked)
        }}
      />
      {share.isError && (
        <Notice kind="error">
          {share.variables ? t`It is still off.` : t`It is still on.`}{' '}
          {accountErrorText(share.error)}
        </Notice>
      )}
      {share.isSuccess && (
        <Notice kind="info">
          {isShared
            ? t`Thank you. The networks may learn from what you correct or confirm.`
            : t`It is off. No future training set has anything of yours.`}
        </Notice>
      )}
      <dl className={classes.words}>
        <div>
          <dt>{t`What is used`}</dt>
          <dd>{t`Small pictures of the numbers that you corrected or confirmed, cut out, each with the right text; earlier ones too. Nothing else on the page, and not your name, your e-mail address or file names: a code in their place tells that they are one person’s.`}</dd>
        </div>
        <div>
          <dt>{t`What for`}</dt>
          <dd>{t`To train the networks that read for everyone here, so that they make fewer mistakes.`}</dd>
        </div>
        <div>
          <dt>{t`Who may see it`}</dt>
          <dd>{t`Whoever runs this service: single numbers, cut out, where a correction is doubtful. No other user.`}</dd>
        </div>
        <div>
          <dt>{t`How to take it back`}</dt>
          <dd>{t`Switch it off here at any time. From then on nobody is shown them, and no future training set has them. Training sets that are made already, and networks that have learned from them, stay as they are.`}</dd>
        </div>
      </dl>
    </div>
  )
}
